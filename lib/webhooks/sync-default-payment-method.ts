import { ensureDefaultPaymentMethod } from '@/lib/core/payment-methods/ensure-default-payment-method'
import { callDatabase } from '@/lib/db/call'
import type { Sync } from './handlers'
import { parseSubject } from './subject'

/** The first card that a customer of ours saves becomes the default. */
export const syncDefaultPaymentMethod: Sync = async (ctx, group) => {
  const { kind, id: customerId } = parseSubject(group.subject)
  if (kind !== 'customer') return { state: 'ignored', reason: 'no_customer', marked: false }
  const accounts = await callDatabase(
    ctx.db,
    (sql) => sql`select from account where stripe_customer_id = ${customerId}`,
  )
  if (accounts.length === 0) return { state: 'ignored', reason: 'customer_unknown', marked: false }
  await ensureDefaultPaymentMethod(ctx, customerId)
  return { state: 'done', marked: false }
}

import { z } from 'zod'
import { callDatabase } from '@/lib/db/call'
import type { Instant } from '@/lib/kit/clock'
import { usd, type Money } from '@/lib/kit/money'
import { requireScope } from '../actor'
import type { Context } from '../context'

export type OpenPurchase = Readonly<{ id: string; amount: Money; last4: string | null }> &
  (
    | Readonly<{
        /** The customer has until then to confirm it, on the page of this invoice. */
        state: 'waiting'
        invoiceId: string
        expiresAt: Instant
      }>
    /** It is being charged, or nobody knows yet what came of that. */
    | Readonly<{ state: 'settling' }>
  )

const rows = z.array(
  z.object({
    id: z.string(),
    amount_micros: z.bigint(),
    method_last4: z.string().nullable(),
    stripe_invoice_id: z.string().nullable(),
    link_expires_at: z.date().nullable(),
    waiting: z.boolean(),
  }),
)

/** The account's purchases without a browser that have no end yet, the oldest first. From our own database. */
export async function listOpenPurchases(ctx: Context): Promise<readonly OpenPurchase[]> {
  const accountId = requireScope(ctx.actor, 'billing:read')
  const found = await callDatabase(
    ctx.db,
    (sql) => sql`
      select id, amount_micros, method_last4, stripe_invoice_id, link_expires_at, state = 'requires_action' as waiting
        from purchase
       where account_id = ${accountId} and state in ('created', 'charging', 'requires_action', 'unknown')
       order by created_at, id limit 10`,
  )
  return rows.parse([...found]).map((row) => {
    const common = { id: row.id, amount: usd(row.amount_micros), last4: row.method_last4 }
    const { stripe_invoice_id: invoiceId, link_expires_at: expiresAt } = row
    return row.waiting && invoiceId !== null && expiresAt !== null
      ? { ...common, state: 'waiting', invoiceId, expiresAt }
      : { ...common, state: 'settling' }
  })
}

import { requireStaff } from '../actor'
import type { Context } from '../context'
import { readPayments, type CardPayment } from './read-payments'

const PAGE_SIZE = 25

/**
 * A page of an account's card payments, the newest first, for staff. `nextBefore` leads to the next page; null on the last.
 * @throws BillingError `forbidden`, `database_unavailable`
 */
export async function listPayments(
  ctx: Context,
  { accountId, before }: Readonly<{ accountId: bigint; before: bigint | null }>,
): Promise<Readonly<{ payments: readonly CardPayment[]; nextBefore: bigint | null }>> {
  requireStaff(ctx.actor, 'staff:read')
  const found = await readPayments(ctx.db, accountId, { before, countMax: PAGE_SIZE + 1 })
  const payments = found.slice(0, PAGE_SIZE)
  const last = payments.at(-1)
  return { payments, nextBefore: found.length > PAGE_SIZE && last !== undefined ? last.postingId : null }
}

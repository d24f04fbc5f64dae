import { callDatabase } from '@/lib/db/call'
import { requireSystemOr } from '../actor'
import type { Context } from '../context'

/**
 * Takes a deposit back whose invoice turns out to be void or given up, which a paid one should never be; staff are told by
 * the log and the inbox. The invoice is read again first: one that was given up can still be paid, and what was read before
 * it was says nothing of it any more. False where there is nothing to take back.
 * @throws BillingError `payment_provider_unavailable`, `database_unavailable`
 */
export async function undoClosedPayment(ctx: Context, invoiceId: string): Promise<boolean> {
  requireSystemOr(ctx.actor, 'billing:write')
  const standing = await callDatabase(
    ctx.db,
    (sql) => sql`
      select from booked_payment(${invoiceId}) as paid where paid.code = 'deposit_card' and not paid.is_reversed`,
  )
  if (standing.length === 0) return false
  const status = (await ctx.payments.invoice(invoiceId))?.status
  if (status !== 'void' && status !== 'uncollectible') return false
  const [row] = await callDatabase(
    ctx.db,
    (sql) => sql<{ outcome: string; account_id: bigint | null }[]>`
      select outcome, account_id from reverse_closed_payment(${invoiceId}, ${ctx.now()})`,
  )
  if (row?.outcome !== 'reversed') return false
  ctx.log.error(
    { alert: 'payment_undone', invoiceId, accountId: String(row.account_id) },
    'an invoice was closed after its payment was booked: the deposit is taken back',
  )
  return true
}

import { callDatabase } from '@/lib/db/call'
import { requireSystemOr } from '../actor'
import type { Context } from '../context'

/**
 * Takes a deposit back whose invoice turns out to be void or given up, which a paid one should never be; staff are told by
 * the log and the inbox. False where there is nothing to take back. @throws BillingError `database_unavailable`
 */
export async function undoClosedPayment(ctx: Context, invoiceId: string): Promise<boolean> {
  requireSystemOr(ctx.actor, 'billing:write')
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

import { callDatabase } from '@/lib/db/call'
import { requireSystemOr } from '../actor'
import type { Context } from '../context'
import type { CheckoutSnapshot } from '../ports/payment-provider'

/**
 * Closes the order of a session that expired unpaid; a person closes only those of their own account. An order that is
 * paid stays paid, whatever came first.
 * @returns whether an order was closed. @throws BillingError `impersonating`, `forbidden`, `database_unavailable`
 */
export async function closeOrder(
  ctx: Context,
  session: Pick<CheckoutSnapshot, 'id' | 'customerId' | 'status'>,
): Promise<boolean> {
  const accountId = requireSystemOr(ctx.actor, 'billing:write')
  if (session.status !== 'expired' || session.customerId === null) return false
  const closed = await callDatabase(
    ctx.db,
    (sql) => sql`
      update credit_order set state = 'expired', recheck_at = null
       where stripe_session_id = ${session.id} and stripe_customer_id = ${session.customerId}
         and account_id = coalesce(${accountId}, account_id) and state in ('created', 'open')
      returning id`,
  )
  return closed.length > 0
}

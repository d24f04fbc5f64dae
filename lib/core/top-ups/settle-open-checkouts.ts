import { callDatabase } from '@/lib/db/call'
import { requireScope } from '../actor'
import type { Context } from '../context'
import { settleCheckout } from './settle-checkout'

/** Older ones are the sweep's business. */
const CHECKOUTS_MAX = 3

/**
 * Converges the account's newest unsettled Checkouts on what the provider says, each as `settleCheckout` does. For a
 * page on which a Checkout has just ended: the browser knows its secret, not its id.
 * @throws BillingError `payment_provider_unavailable`, `database_unavailable`
 */
export async function settleOpenCheckouts(ctx: Context): Promise<void> {
  const accountId = requireScope(ctx.actor, 'billing:write')
  const orders = await callDatabase(
    ctx.db,
    (sql) => sql<{ stripe_session_id: string }[]>`
      select stripe_session_id from credit_order
       where account_id = ${accountId} and state = 'open' and stripe_session_id is not null
       order by created_at desc, id desc limit ${CHECKOUTS_MAX}`,
  )
  await Promise.all(orders.map((order) => settleCheckout(ctx, order.stripe_session_id)))
}

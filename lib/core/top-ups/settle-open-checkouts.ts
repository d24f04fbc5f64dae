import { callDatabase } from '@/lib/db/call'
import { requireScope } from '../actor'
import type { Context } from '../context'
import { settleCheckout } from './settle-checkout'

/** Older ones are the sweep's business. */
const CHECKOUTS_MAX = 3

/** However often its page is loaded, Stripe is asked about a Checkout once in this time. */
const COOLDOWN_SECONDS = 2

/**
 * Converges the account's newest unsettled Checkouts on what the provider says, each as `settleCheckout` does. For a
 * page on which a Checkout has just ended: the browser knows its secret, not its id. One that was asked about a moment
 * ago, by whomever, is left out.
 * @throws BillingError `payment_provider_unavailable`, `database_unavailable`
 */
export async function settleOpenCheckouts(ctx: Context): Promise<void> {
  const accountId = requireScope(ctx.actor, 'billing:write')
  const orders = await callDatabase(
    ctx.db,
    (sql) => sql<{ stripe_session_id: string }[]>`
      with newest as (
        select id from credit_order
         where account_id = ${accountId} and state = 'open' and stripe_session_id is not null
         order by created_at desc, id desc limit ${CHECKOUTS_MAX}
      )
      update credit_order o set asked_at = clock_timestamp()
        from newest
       where o.id = newest.id and o.state = 'open'
         and (o.asked_at is null or o.asked_at <= clock_timestamp() - make_interval(secs => ${COOLDOWN_SECONDS}))
      returning o.stripe_session_id`,
  )
  await Promise.all(orders.map((order) => settleCheckout(ctx, order.stripe_session_id)))
}

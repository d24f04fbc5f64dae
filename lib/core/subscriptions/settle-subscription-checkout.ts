import { callDatabase } from '@/lib/db/call'
import { BillingError } from '@/lib/kit/errors'
import { hasScope, requireScope } from '../actor'
import type { Context } from '../context'
import { ensureDefaultPaymentMethod } from '../payment-methods/ensure-default-payment-method'
import { settleOrder } from './recheck-subscription-order'
import { readSubscription } from './read-subscription'

/** What became of a Checkout for a subscription. `processing`: paid or on its way, nothing is covered yet. */
export type SubscriptionCheckoutState = 'open' | 'processing' | 'subscribed' | 'expired'

type OrderRow = { id: string; customer_id: string; session_id: string }

/**
 * Tells what became of one of the account's own Checkouts for a subscription, and converges on it: the same that the
 * webhook does, so whichever comes first wins. Who may only read is told without converging.
 * @throws BillingError `not_found` for a session that is none of the account's, `payment_provider_unavailable`
 */
export async function settleSubscriptionCheckout(
  ctx: Context,
  sessionId: string,
): Promise<SubscriptionCheckoutState> {
  const accountId = requireScope(ctx.actor, 'billing:read')
  const [order] = await callDatabase(
    ctx.db,
    (sql) => sql<OrderRow[]>`
      select id, stripe_customer_id as customer_id, stripe_session_id as session_id from subscription_order
       where account_id = ${accountId} and stripe_session_id = ${sessionId}`,
  )
  if (order === undefined) throw new BillingError('not_found', 'No such checkout.')
  return settle(ctx, accountId, order)
}

/**
 * The same for the Checkout that the account has open, for a page on which it has just ended: the browser knows its
 * secret, not its id. Null where none is open.
 */
export async function settleOpenSubscriptionCheckout(
  ctx: Context,
): Promise<SubscriptionCheckoutState | null> {
  const accountId = requireScope(ctx.actor, 'billing:write')
  const [order] = await callDatabase(
    ctx.db,
    (sql) => sql<OrderRow[]>`
      select id, stripe_customer_id as customer_id, stripe_session_id as session_id from subscription_order
       where account_id = ${accountId} and state = 'open' and stripe_session_id is not null`,
  )
  return order === undefined ? null : settle(ctx, accountId, order)
}

async function settle(ctx: Context, accountId: bigint, order: OrderRow): Promise<SubscriptionCheckoutState> {
  const session = await ctx.payments.checkout(order.session_id)
  if (session === null || session.customerId !== order.customer_id) {
    throw new BillingError('not_found', 'No such checkout.')
  }
  if (session.status !== 'complete') return session.status
  const mayWrite = hasScope(ctx.actor, 'billing:write')
  if (mayWrite) {
    await settleOrder(ctx, order.id, session)
    await ensureDefaultPaymentMethod(ctx, order.customer_id)
  }
  const known = await readSubscription(ctx.db, accountId, ctx.now())
  return known !== null && known.units > 0 ? 'subscribed' : 'processing'
}

import { callDatabase } from '@/lib/db/call'
import { requireSystem, requireSystemOr } from '../actor'
import type { Context } from '../context'
import type { CheckoutSnapshot } from '../ports/payment-provider'
import { closeSubscriptionOrder } from './close-subscription-order'
import { convergeSubscription } from './converge-subscription'

/** A Checkout lives at most 24 hours; an order whose session we never learnt of was given to nobody. */
const SESSION_HOURS_MAX = 25

export type OpenSubscriptionOrder = Readonly<{ id: string; sessionId: string | null }>

/** Orders that have been open for a while and are due to be asked about, the oldest first. Business time. */
export async function listOpenSubscriptionOrders(
  ctx: Context,
  countMax: number,
): Promise<readonly OpenSubscriptionOrder[]> {
  requireSystem(ctx.actor)
  const rows = await callDatabase(
    ctx.db,
    (sql) => sql<{ id: string; session_id: string | null }[]>`
      select id, stripe_session_id as session_id from subscription_order
       where state in ('created', 'open')
         and coalesce(recheck_at, created_at + interval '15 minutes') <= ${ctx.now()}
       order by created_at limit ${countMax}`,
  )
  return rows.map((row) => ({ id: row.id, sessionId: row.session_id }))
}

/**
 * Asks the provider what became of an order, without waiting for an event, and asks again after as long as it has been
 * open by then. @throws BillingError `payment_provider_unavailable`, `database_unavailable`
 */
export async function recheckSubscriptionOrder(ctx: Context, order: OpenSubscriptionOrder): Promise<void> {
  requireSystem(ctx.actor)
  const session = order.sessionId === null ? null : await ctx.payments.checkout(order.sessionId)
  if (session !== null) await settleOrder(ctx, order.id, session)
  await callDatabase(
    ctx.db,
    (sql) => sql`
      update subscription_order
         set recheck_at = ${ctx.now()}::timestamptz + greatest(interval '15 minutes', ${ctx.now()}::timestamptz - created_at),
             state = case when stripe_session_id is null
                and created_at < ${ctx.now()}::timestamptz - make_interval(hours => ${SESSION_HOURS_MAX}) then 'expired' else state end
       where id = ${order.id} and state in ('created', 'open')`,
  )
}

/** Puts off an order that could not be asked about, so that those behind it get their turn. */
export async function postponeSubscriptionOrder(ctx: Context, order: OpenSubscriptionOrder): Promise<void> {
  requireSystem(ctx.actor)
  await callDatabase(
    ctx.db,
    (sql) => sql`
      update subscription_order set recheck_at = ${ctx.now()}::timestamptz + interval '15 minutes'
       where id = ${order.id} and state in ('created', 'open')`,
  )
}

/** What the session says of its order: complete with the subscription that it started, expired, or still open. */
export async function settleOrder(ctx: Context, orderId: string, session: CheckoutSnapshot): Promise<void> {
  requireSystemOr(ctx.actor, 'billing:write')
  if (session.status === 'expired')
    await closeSubscriptionOrder(ctx, { id: orderId, sessionId: session.id }, 'expired')
  if (session.status !== 'complete' || session.subscriptionId === null) return
  await convergeSubscription(ctx, session.subscriptionId)
  await closeSubscriptionOrder(ctx, { id: orderId, sessionId: session.id }, 'complete')
}

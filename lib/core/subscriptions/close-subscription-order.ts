import { callDatabase } from '@/lib/db/call'
import { requireSystemOr } from '../actor'
import type { Context } from '../context'

/** Closes the order of a Checkout that nobody can pay any more; one that is not ours, or closed, changes nothing. */
export async function closeSubscriptionCheckout(ctx: Context, sessionId: string): Promise<void> {
  requireSystemOr(ctx.actor, 'billing:write')
  await callDatabase(
    ctx.db,
    (sql) => sql`
      update subscription_order set state = 'expired', recheck_at = null
       where stripe_session_id = ${sessionId} and state in ('created', 'open')`,
  )
}

/**
 * Closes an open order whose Checkout is `sessionId`, null where it has none yet; one that is closed, or has got its
 * Checkout meanwhile, stays as it is.
 */
export async function closeSubscriptionOrder(
  ctx: Context,
  order: Readonly<{ id: string; sessionId: string | null }>,
  state: 'complete' | 'expired',
): Promise<void> {
  requireSystemOr(ctx.actor, 'billing:write')
  await callDatabase(
    ctx.db,
    (sql) => sql`
      update subscription_order set state = ${state}, recheck_at = null
       where id = ${order.id} and state in ('created', 'open')
         and stripe_session_id is not distinct from ${order.sessionId}`,
  )
}

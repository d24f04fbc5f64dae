import { callDatabase } from '@/lib/db/call'
import type { Instant } from '@/lib/kit/clock'
import { requireSystem } from '../actor'
import type { Context } from '../context'
import { closeOrder } from './close-order'
import { settleTopUp } from './settle-top-up'

/** A Checkout lives at most 24 hours; an order whose session we never learnt of cannot be paid after that. */
const SESSION_HOURS_MAX = 25

export type UnsettledOrder = Readonly<{ id: string; sessionId: string | null; createdAt: Instant }>

/**
 * Orders of Checkouts that have been open for a while and are due to be asked about, the oldest first. Business time. Those
 * of purchases without a browser are asked about as purchases.
 */
export async function listUnsettledOrders(
  ctx: Context,
  orderCountMax: number,
): Promise<readonly UnsettledOrder[]> {
  requireSystem(ctx.actor)
  const rows = await callDatabase(
    ctx.db,
    (sql) => sql<{ id: string; stripe_session_id: string | null; created_at: Date }[]>`
      select id, stripe_session_id, created_at from credit_order o
       where state in ('created', 'open')
         and not exists (select from purchase p where p.id = o.id)
         and coalesce(recheck_at, created_at + interval '15 minutes') <= ${ctx.now()}
       order by created_at limit ${orderCountMax}`,
  )
  return rows.map((row) => ({
    id: row.id,
    sessionId: row.stripe_session_id,
    createdAt: row.created_at,
  }))
}

/**
 * Asks the provider what became of an order, without waiting for an event: books it if it is paid, closes it if its
 * session expired, and otherwise asks again after as long as it has been open by then. `needsStaff` says why what was
 * paid is left to staff, null where it is not.
 * @throws BillingError `payment_provider_unavailable`, `database_unavailable`
 */
export async function recheckOrder(
  ctx: Context,
  order: UnsettledOrder,
): Promise<{ needsStaff: string | null }> {
  requireSystem(ctx.actor)
  const session = order.sessionId === null ? null : await ctx.payments.checkout(order.sessionId)
  let needsStaff: string | null = null
  if (session?.invoiceId != null) {
    const settlement = await settleTopUp(ctx, { invoiceId: session.invoiceId, eventIds: [] })
    if (settlement.kind === 'quarantined') needsStaff = settlement.reason
  } else if (session?.status === 'expired') await closeOrder(ctx, session)
  await callDatabase(
    ctx.db,
    (sql) => sql`
      update credit_order
         set recheck_at = ${ctx.now()}::timestamptz + greatest(interval '15 minutes', ${ctx.now()}::timestamptz - created_at),
             state = case when stripe_session_id is null
                and created_at < ${ctx.now()}::timestamptz - make_interval(hours => ${SESSION_HOURS_MAX}) then 'expired' else state end
       where id = ${order.id} and state in ('created', 'open')`,
  )
  return { needsStaff }
}

/** Puts off an order that could not be asked about, so that those behind it get their turn. */
export async function postponeRecheck(ctx: Context, order: UnsettledOrder): Promise<void> {
  requireSystem(ctx.actor)
  await callDatabase(
    ctx.db,
    (sql) => sql`
      update credit_order set recheck_at = ${ctx.now()}::timestamptz + interval '15 minutes'
       where id = ${order.id} and state in ('created', 'open')`,
  )
}

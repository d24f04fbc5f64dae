import { z } from 'zod'
import { callDatabase } from '@/lib/db/call'
import { requireSystem } from '../actor'
import type { Context } from '../context'
import { settlePurchases } from '../purchases/settle-purchases'
import { recheckOrder } from '../top-ups/recheck-order'
import { GRACE_SECONDS } from '../wallets/decide-numbers-release-at'

const answer = z.tuple([z.object({ numbers: z.array(z.string()) })])

/**
 * Releases all numbers of an account whose days of grace are over, and queues the mail that says so. A customer who is paying
 * at this moment wins: open Checkouts and purchases under way are asked about first, and what is booked before the account's lock is had counts.
 * Answers the numbers that were released; none where the account recovered. For our own job.
 * @throws BillingError `payment_provider_unavailable`, `payment_pending` (nothing is released in doubt), `database_unavailable`
 */
export async function releaseUnpaidNumbers(ctx: Context, accountId: bigint): Promise<readonly string[]> {
  requireSystem(ctx.actor)
  await settleOpenOrders(ctx, accountId)
  await settlePurchases(ctx, accountId)
  const { numberRent } = ctx.prices
  const [{ numbers }] = answer.parse([
    ...(await callDatabase(
      ctx.db,
      (sql) => sql`
        select release_unpaid(${accountId}, ${numberRent.micros}, make_interval(secs => ${GRACE_SECONDS}), ${ctx.now()})
          as numbers`,
    )),
  ])
  return numbers
}

async function settleOpenOrders(ctx: Context, accountId: bigint): Promise<void> {
  const orders = await callDatabase(
    ctx.db,
    (sql) => sql<{ id: string; stripe_session_id: string; created_at: Date }[]>`
      select id, stripe_session_id, created_at from credit_order
       where account_id = ${accountId} and state = 'open' and stripe_session_id is not null order by created_at, id`,
  )
  for (const { id, stripe_session_id: sessionId, created_at: createdAt } of orders) {
    const { needsStaff } = await recheckOrder(ctx, { id, sessionId, createdAt })
    if (needsStaff !== null) ctx.log.error({ orderId: id, reason: needsStaff }, 'order quarantined for staff')
  }
}

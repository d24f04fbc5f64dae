import { callDatabase } from '@/lib/db/call'
import { BillingError } from '@/lib/kit/errors'
import { requireSystemOr } from '../actor'
import type { Context } from '../context'
import { convergeSubscription } from './converge-subscription'
import { readSubscription, type KnownSubscription } from './read-subscription'
import { abandonDeed, beginDeed, endDeed, type BegunDeed } from './run-deed'

/**
 * Sees to it that the next renewal bills the numbers that are covered: a released one is left out of it, without a
 * refund, and one that took over a unit already paid for is in it, without a charge. Without any number left the
 * subscription is not renewed, until one is covered again. Any number of times.
 * @throws BillingError `payment_provider_unavailable`, `in_flight`, `database_unavailable`
 */
export async function followNumbers(ctx: Context, accountId: bigint): Promise<void> {
  requireSystemOr(ctx.actor, 'billing:write')
  const known = await readSubscription(ctx.db, accountId, ctx.now())
  if (known === null || isFollowed(known)) return
  const deed = { accountId, kind: 'align', numberId: null, idempotencyKey: null, request: null } as const
  const begun = await beginDeed(ctx, deed)
  if (begun.status !== 'begun') return
  try {
    await align(ctx, accountId, begun)
    await endDeed(ctx, deed, begun, { state: 'done', answer: null })
  } catch (error) {
    await abandonDeed(ctx, deed, begun, error)
    throw error
  }
}

/** The same after a deed that is done whatever becomes of this: what could not be told now is told by the recheck. */
export async function tryToFollowNumbers(ctx: Context, accountId: bigint): Promise<void> {
  requireSystemOr(ctx.actor, 'billing:write')
  try {
    await followNumbers(ctx, accountId)
  } catch (error) {
    if (!(error instanceof BillingError)) throw error
    ctx.log.warn({ err: error, accountId }, 'the subscription will follow its numbers later')
  }
}

/** What is billed at the next renewal: at least one unit, of a subscription that ends where no number is left. */
function isFollowed(known: KnownSubscription): boolean {
  if (known.units === 0) return true
  if (known.covered === 0) return known.cancelAtPeriodEnd
  return known.quantity === known.covered && !(known.endsWithoutNumbers && known.cancelAtPeriodEnd)
}

async function align(ctx: Context, accountId: bigint, { deedId, subscriptionId }: BegunDeed): Promise<void> {
  const reading = await convergeSubscription(ctx, subscriptionId)
  // Read again after it: what was paid meanwhile may cover a number more.
  const known = await readSubscription(ctx.db, accountId, ctx.now())
  if (reading.kind !== 'applied' || known === null || isFollowed(known)) return
  const { subscriptions } = ctx.payments
  const { itemId } = reading.subscription
  const quantity = Math.max(1, known.covered)
  if (known.quantity !== quantity) {
    await subscriptions.setQuantity({
      subscriptionId,
      itemId,
      quantity,
      idempotencyKey: `${deedId}:quantity`,
    })
  }
  const cancels = known.covered === 0
  if (cancels !== known.cancelAtPeriodEnd && (cancels || known.endsWithoutNumbers)) {
    await subscriptions.setCancellation({ subscriptionId, cancels, idempotencyKey: `${deedId}:cancellation` })
    await callDatabase(
      ctx.db,
      (sql) => sql`update subscription set ends_without_numbers = ${cancels} where account_id = ${accountId}`,
    )
  }
  await convergeSubscription(ctx, subscriptionId)
}

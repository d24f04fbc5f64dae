import { requireScope } from '../actor'
import { callDatabase } from '@/lib/db/call'
import type { Instant } from '@/lib/kit/clock'
import type { Context } from '../context'
import { convergeSubscription } from './converge-subscription'
import { abandonDeed, beginDeed, endDeed, subscriptionMissing, type BegunDeed } from './run-deed'

export type Cancellation = Readonly<{ cancelAtPeriodEnd: boolean; periodEnd: Instant }>

/**
 * Schedules the end of the account's subscription: it covers until the period that is paid for ends, and is not renewed.
 * Any number of times. @throws BillingError `subscription_missing`, `in_flight`, `payment_provider_unavailable`
 */
export async function cancelAtPeriodEnd(ctx: Context): Promise<Cancellation> {
  requireScope(ctx.actor, 'billing:write')
  return setCancellation(ctx, true)
}

/** Takes a scheduled end back, as long as it has not come. Throws as `cancelAtPeriodEnd` does. */
export async function resumeSubscription(ctx: Context): Promise<Cancellation> {
  requireScope(ctx.actor, 'billing:write')
  return setCancellation(ctx, false)
}

async function setCancellation(ctx: Context, cancels: boolean): Promise<Cancellation> {
  const accountId = requireScope(ctx.actor, 'billing:write')
  const kind = cancels ? 'cancel' : 'resume'
  const deed = { accountId, kind, numberId: null, idempotencyKey: null, request: null } as const
  const begun = await beginDeed(ctx, deed)
  if (begun.status !== 'begun') throw subscriptionMissing()
  try {
    const answer = await carryOut(ctx, accountId, cancels, begun)
    await endDeed(ctx, deed, begun, { state: 'done', answer: null })
    return answer
  } catch (error) {
    await abandonDeed(ctx, deed, begun, error)
    throw error
  }
}

async function carryOut(
  ctx: Context,
  accountId: bigint,
  cancels: boolean,
  begun: BegunDeed,
): Promise<Cancellation> {
  const before = await convergeSubscription(ctx, begun.subscriptionId)
  if (before.kind !== 'applied' || before.subscription.endedAt !== null) throw subscriptionMissing()
  // From now on it is the customer's will, and no longer ours for want of numbers.
  await callDatabase(
    ctx.db,
    (sql) => sql`update subscription set ends_without_numbers = false where account_id = ${accountId}`,
  )
  if (before.subscription.cancelAtPeriodEnd !== cancels) {
    await ctx.payments.subscriptions.setCancellation({
      subscriptionId: begun.subscriptionId,
      cancels,
      idempotencyKey: `${begun.deedId}:cancellation`,
    })
  }
  const after = await convergeSubscription(ctx, begun.subscriptionId)
  if (after.kind !== 'applied') throw subscriptionMissing()
  const { cancelAtPeriodEnd: cancelled, periodEnd } = after.subscription
  return { cancelAtPeriodEnd: cancelled, periodEnd }
}

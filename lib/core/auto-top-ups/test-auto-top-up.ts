import { BillingError } from '@/lib/kit/errors'
import { requireScope } from '../actor'
import type { Context } from '../context'
import { chargePurchase } from '../purchases/charge-purchase'
import type { Purchased } from '../purchases/purchase-credits'
import { readPurchase, type PurchaseResult } from '../purchases/read-purchase'
import { paymentMethodMissing, refusalOfPurchase } from '../purchases/refusal-of-purchase'
import { claimAutoTopUp, type Claim } from './claim-auto-top-up'

/** After so long one of the three that failed within the hour is likely to lie behind it. */
const RETRY_OFTEN_SECONDS = 20 * 60
const RETRY_SECONDS = 5

/**
 * Charges what the threshold would charge, whatever the balance is, and whether or not it is switched on: for real, and
 * counted under the same ceilings. With a key, once.
 * @throws BillingError `auto_top_up_not_configured`, `daily_limit_exceeded`, `conflict` (the month's ceiling,
 * or a disputed payment),
 * `rate_limited` after three that failed, and as `purchaseCredits` does
 */
export async function testAutoTopUp(
  ctx: Context,
  { idempotencyKey }: Readonly<{ idempotencyKey: string | null }>,
): Promise<Purchased> {
  const accountId = requireScope(ctx.actor, 'billing:write')
  const claim = await claimAutoTopUp(ctx, { accountId, trigger: 'test', idempotencyKey })
  if (!('purchaseId' in claim)) throw refusalOfClaim(claim.status)
  const result = await follow(ctx, accountId, claim)
  if (result.state !== 'succeeded') throw refusalOfPurchase(result)
  const { purchaseId, amount, balance, postingId } = result
  return { purchaseId, amount, balance, postingId }
}

type Begun = Extract<Claim, { purchaseId: string }>

async function follow(ctx: Context, accountId: bigint, claim: Begun): Promise<PurchaseResult> {
  if (claim.status === 'claimed') return chargePurchase(ctx, claim.purchaseId)
  const known = await readPurchase(ctx.db, accountId, claim.purchaseId)
  if (claim.status === 'replayed') {
    if (known === null) throw keyReused()
    return known.state === 'unknown' ? chargePurchase(ctx, claim.purchaseId) : known
  }
  // Another charge: what has its end by now was in the way a moment ago.
  if (known === null || known.state === 'succeeded' || known.state === 'failed') {
    throw new BillingError('in_flight', 'Another charge has just ended. Try again.', {
      retryAfterSeconds: RETRY_SECONDS,
    })
  }
  return known
}

function refusalOfClaim(status: Exclude<Claim, Begun>['status']): BillingError {
  switch (status) {
    case 'mismatch':
      return keyReused()
    case 'subscribed':
      return new BillingError(
        'subscription_active',
        'A subscription covers your numbers: top-ups are not available while it does.',
      )
    case 'disputed':
      return new BillingError(
        'conflict',
        'A payment is disputed: until that ends, nothing is charged by itself.',
      )
    case 'too_often':
      return new BillingError('rate_limited', 'Three charges failed within an hour. Try again later.', {
        retryAfterSeconds: RETRY_OFTEN_SECONDS,
      })
    case 'daily_limit_exceeded':
      return new BillingError(
        'daily_limit_exceeded',
        'This would exceed the daily limit of automatic top-up.',
      )
    case 'monthly_cap_exceeded':
      return new BillingError('conflict', 'This would exceed the monthly limit of automatic top-up.')
    case 'no_customer':
      return paymentMethodMissing()
    default:
      // What is left looks at threshold, switch or pause, which trying out does not.
      return new BillingError('auto_top_up_not_configured', 'Auto topup is not configured')
  }
}

function keyReused(): BillingError {
  return new BillingError('idempotency_key_reused', 'This Idempotency-Key came with another request before.')
}

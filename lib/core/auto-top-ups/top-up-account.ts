import { requireSystemOr } from '../actor'
import type { Context } from '../context'
import { chargePurchase } from '../purchases/charge-purchase'
import type { PurchaseResult } from '../purchases/read-purchase'
import { claimAutoTopUp } from './claim-auto-top-up'

/**
 * Charges an account by itself, if it is time for that: any number of times, by any number at once. Answers what came of
 * the charge, which may be open yet; null where there is to be none now. A person's own account, or any for the system.
 * @throws BillingError `impersonating`, `forbidden`, `database_unavailable`; never for what the provider says
 */
export async function topUpAccount(
  ctx: Context,
  { accountId, trigger }: Readonly<{ accountId: bigint; trigger: 'threshold' | 'scheduled' }>,
): Promise<PurchaseResult | null> {
  requireSystemOr(ctx.actor, 'billing:write')
  const claim = await claimAutoTopUp(ctx, { accountId, trigger, idempotencyKey: null })
  if (claim.status !== 'claimed') return null
  const result = await chargePurchase(ctx, claim.purchaseId)
  ctx.log.info(
    { accountId: String(accountId), trigger, purchaseId: claim.purchaseId, state: result.state },
    'topped up by itself',
  )
  return result
}

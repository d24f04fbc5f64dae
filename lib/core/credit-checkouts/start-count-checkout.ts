import { requireScope } from '../actor'
import type { Context } from '../context'
import { decideReturnUrl } from '../top-ups/decide-return-url'
import { invariant } from '@/lib/kit/assert'
import { decideCountTerms } from './decide-order-terms'
import { openHostedCheckout, type HostedCheckoutAnswer } from './open-hosted-checkout'

/** How many credits one purchase may be of. */
export const CREDITS_MIN = 100
export const CREDITS_MAX = 10_000

/**
 * Starts the purchase of so many credits, at what a credit is worth. It returns to our own pages.
 * @throws BillingError `subscription_active`, `idempotency_key_reused`, `in_flight`, `payment_provider_unavailable`,
 * `database_unavailable`
 */
export async function startCountCheckout(
  ctx: Context,
  { credits, idempotencyKey }: Readonly<{ credits: number; idempotencyKey: string | null }>,
): Promise<HostedCheckoutAnswer> {
  requireScope(ctx.actor, 'billing:write')
  const terms = decideCountTerms(credits, ctx.prices.credit)
  return openHostedCheckout(ctx, {
    verb: 'start-count-checkout',
    request: { credits },
    idempotencyKey,
    terms,
    page: {
      item: { name: `${credits.toLocaleString('en-US')} Talktime credits`, amount: terms.due },
      successUrl: ownPage(ctx.site),
      cancelUrl: ownPage(ctx.site, '/billing'),
    },
  })
}

function ownPage(site: Context['site'], path?: string): string {
  const decided = decideReturnUrl(null, site, path)
  invariant(decided.accepted, 'our own pages may be returned to')
  return decided.url
}

import { BillingError } from '@/lib/kit/errors'
import { requireScope } from '../actor'
import type { Context } from '../context'
import { decideCheckoutUrl } from './decide-checkout-url'
import { decideBundleTerms } from './decide-order-terms'
import { openHostedCheckout, type HostedCheckoutAnswer } from './open-hosted-checkout'

export const BUNDLE_QUANTITY_MAX = 10

export type BundleCheckoutInput = Readonly<{
  /** 1 to `BUNDLE_QUANTITY_MAX`. */
  quantity: number
  /** Absolute, or on our own origin. */
  successUrl: string
  cancelUrl: string
  idempotencyKey: string | null
}>

/**
 * Starts the purchase of bundles of credits at the provider's price. Once it is paid they grant their credits' value:
 * what was paid comes from the payment, and what they are worth beyond it from promotions.
 * @throws BillingError `invalid_input` (successUrl, cancelUrl), `subscription_active`, `idempotency_key_reused`,
 * `in_flight`, `payment_provider_unavailable`, `database_unavailable`
 */
export async function startBundleCheckout(
  ctx: Context,
  { quantity, idempotencyKey, ...requested }: BundleCheckoutInput,
): Promise<HostedCheckoutAnswer> {
  requireScope(ctx.actor, 'billing:write')
  const urls = acceptUrls(ctx.site, requested)
  const bundle = await ctx.payments.creditsBundle()
  return openHostedCheckout(ctx, {
    verb: 'start-bundle-checkout',
    request: { quantity, ...urls },
    idempotencyKey,
    terms: decideBundleTerms(bundle, quantity, ctx.prices.credit),
    page: { item: { priceId: bundle.priceId, quantity }, ...urls },
  })
}

/** Both, or a refusal that names each that may not be returned to. */
function acceptUrls(
  site: Context['site'],
  { successUrl, cancelUrl }: Pick<BundleCheckoutInput, 'successUrl' | 'cancelUrl'>,
): Readonly<{ successUrl: string; cancelUrl: string }> {
  const success = decideCheckoutUrl(successUrl, site)
  const cancel = decideCheckoutUrl(cancelUrl, site)
  if (success.accepted && cancel.accepted) return { successUrl: success.url, cancelUrl: cancel.url }
  const fieldErrors = {
    ...(success.accepted ? {} : { successUrl: [success.reason] }),
    ...(cancel.accepted ? {} : { cancelUrl: [cancel.reason] }),
  }
  throw new BillingError('invalid_input', 'The request is not valid', {
    fields: { formErrors: [], fieldErrors },
  })
}

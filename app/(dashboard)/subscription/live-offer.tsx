import { OfferPrices } from '@/components/subscription/offer-prices'
import { Subscribe } from '@/components/subscription/subscribe'
import { StripeUnavailable } from '@/components/billing/stripe-unavailable'
import type { Context } from '@/lib/core/context'
import { getSubscriptionOffer } from '@/lib/core/subscriptions/get-subscription-offer'
import { env } from '@/lib/env'
import { askStripe } from '../billing/ask-stripe'
import { settleSubscription } from './actions'

/** What a subscription costs, as Stripe has it, and the way to it for those who may pay. */
export async function LiveOffer({ ctx, mayWrite }: Readonly<{ ctx: Context; mayWrite: boolean }>) {
  const answer = await askStripe(getSubscriptionOffer(ctx))
  if ('why' in answer) return <StripeUnavailable what="Prices" why={answer.why} />
  if (!mayWrite) return <OfferPrices offer={answer.value} />
  const { STRIPE_PUBLISHABLE_KEY, STRIPE_JS_URL } = env()
  return (
    <Subscribe
      offer={answer.value}
      stripe={{ publishableKey: STRIPE_PUBLISHABLE_KEY, scriptUrl: STRIPE_JS_URL ?? null }}
      settle={settleSubscription}
    />
  )
}

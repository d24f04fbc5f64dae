import { NumberPrice } from '@/components/billing/number-price'
import { PaymentMethodList } from '@/components/billing/payment-methods-card'
import { StripeUnavailable } from '@/components/billing/stripe-unavailable'
import type { Context } from '@/lib/core/context'
import { getNumberPricing } from '@/lib/core/numbers/get-number-pricing'
import { askStripe } from '../ask-stripe'
import { savedMethods } from './saved-methods'

export async function LivePaymentMethods({ ctx }: Readonly<{ ctx: Context }>) {
  const answer = await savedMethods(ctx)
  if ('why' in answer) return <StripeUnavailable what="Saved cards" why={answer.why} />
  return <PaymentMethodList methods={answer.value} />
}

export async function LiveNumberPrice({ ctx }: Readonly<{ ctx: Context }>) {
  const answer = await askStripe(getNumberPricing(ctx))
  if ('why' in answer) return 'The price of a subscription cannot be shown while Stripe does not answer.'
  return <NumberPrice pricing={answer.value} />
}

import { NumberPrice } from '@/components/billing/number-price'
import { PaymentMethodList } from '@/components/billing/payment-methods-card'
import { StripeUnavailable, type Unavailability } from '@/components/billing/stripe-unavailable'
import type { PaymentMethodView } from '@/components/billing/views'
import type { Context } from '@/lib/core/context'
import { getNumberPricing } from '@/lib/core/numbers/get-number-pricing'
import { listPaymentMethods } from '@/lib/core/payment-methods/list-payment-methods'
import type { SavedPaymentMethod } from '@/lib/core/ports/payment-provider'
import type { Instant } from '@/lib/kit/clock'
import { BillingError } from '@/lib/kit/errors'

export async function LivePaymentMethods({ ctx }: Readonly<{ ctx: Context }>) {
  const answer = await askStripe(listPaymentMethods(ctx))
  if ('why' in answer) return <StripeUnavailable what="Saved cards" why={answer.why} />
  return <PaymentMethodList methods={answer.value.map((method) => viewOf(method, ctx.now()))} />
}

export async function LiveNumberPrice({ ctx }: Readonly<{ ctx: Context }>) {
  const answer = await askStripe(getNumberPricing(ctx))
  if ('why' in answer) return 'The price of a subscription cannot be shown while Stripe does not answer.'
  return <NumberPrice pricing={answer.value} />
}

/** What Stripe said, or why it said nothing; any other failure is the page's. */
async function askStripe<Value>(
  asked: Promise<Value>,
): Promise<Readonly<{ value: Value } | { why: Unavailability }>> {
  try {
    return { value: await asked }
  } catch (error) {
    if (!(error instanceof BillingError)) throw error
    if (error.code === 'payment_provider_unavailable') return { why: 'down' }
    if (error.code === 'rate_limited') return { why: 'busy' }
    throw error
  }
}

function viewOf({ id, type, card, email, isDefault }: SavedPaymentMethod, now: Instant): PaymentMethodView {
  return {
    id,
    type,
    card: card === null ? null : { ...card, expired: hasExpired(card, now) },
    email,
    isDefault,
  }
}

/** A card is good to the end of its month; the month after it begins in UTC. */
function hasExpired({ expMonth, expYear }: { expMonth: number; expYear: number }, now: Instant): boolean {
  return now.getTime() >= Date.UTC(expYear, expMonth, 1)
}

import { NumberPrice } from '@/components/billing/number-price'
import { PaymentMethodList } from '@/components/billing/payment-methods-card'
import { StripeUnavailable } from '@/components/billing/stripe-unavailable'
import type { PaymentMethodView } from '@/components/billing/views'
import type { Context } from '@/lib/core/context'
import { getNumberPricing } from '@/lib/core/numbers/get-number-pricing'
import { listPaymentMethods } from '@/lib/core/payment-methods/list-payment-methods'
import type { SavedPaymentMethod } from '@/lib/core/ports/payment-provider'
import type { Instant } from '@/lib/kit/clock'
import { BillingError } from '@/lib/kit/errors'

export async function LivePaymentMethods({ ctx }: Readonly<{ ctx: Context }>) {
  const methods = await unlessStripeIsDown(listPaymentMethods(ctx))
  if (methods === null) return <StripeUnavailable what="Saved cards" />
  return <PaymentMethodList methods={methods.map((method) => viewOf(method, ctx.now()))} />
}

export async function LiveNumberPrice({ ctx }: Readonly<{ ctx: Context }>) {
  const pricing = await unlessStripeIsDown(getNumberPricing(ctx))
  if (pricing === null) return 'The price of a subscription cannot be shown while Stripe does not answer.'
  return <NumberPrice pricing={pricing} />
}

/** Null where the provider does not answer; any other failure is the page's. */
async function unlessStripeIsDown<Value>(answer: Promise<Value>): Promise<Value | null> {
  try {
    return await answer
  } catch (error) {
    if (error instanceof BillingError && error.code === 'payment_provider_unavailable') return null
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

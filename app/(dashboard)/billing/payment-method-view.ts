import type { PaymentMethodView } from '@/components/payment-methods/payment-method-view'
import type { SavedPaymentMethod } from '@/lib/core/ports/payment-provider'
import type { Instant } from '@/lib/kit/clock'

/** A saved payment method as pages show it at `now`. */
export function paymentMethodView(
  { id, type, card, email, isDefault }: SavedPaymentMethod,
  now: Instant,
): PaymentMethodView {
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

import Stripe from 'stripe'
import type { ChargeOutcome } from '@/lib/core/ports/payment-provider'
import { declineOf } from '../subscriptions/refusal-of-terms'

/** Whether Stripe refuses the request as it stands, and will refuse it again. */
export function isInvalidRequest(error: unknown): boolean {
  return error instanceof Stripe.errors.StripeInvalidRequestError
}

const PAYER_PARAMETERS: ReadonlySet<string> = new Set([
  'customer',
  'default_payment_method',
  'payment_method',
])

/** Whether Stripe says that the customer is not there, or has no such payment method. */
export function isAboutPayer(error: unknown): boolean {
  return (
    error instanceof Stripe.errors.StripeInvalidRequestError &&
    error.param !== undefined &&
    PAYER_PARAMETERS.has(error.param)
  )
}

/** What a refused payment of an invoice means; null where the refusal is not about the payment. */
export function outcomeOfRefusal(error: unknown, invoiceId: string): ChargeOutcome | null {
  if (!(error instanceof Stripe.errors.StripeError)) return null
  if (declineOf(error)?.needsCustomer === true) return { kind: 'needs_customer', invoiceId }
  if (error.statusCode !== 402) return null
  const declineCode =
    error.decline_code === undefined || error.decline_code === '' ? null : error.decline_code
  return { kind: 'declined', invoiceId, code: error.code ?? 'card_declined', declineCode }
}

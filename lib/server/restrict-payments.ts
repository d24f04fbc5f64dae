import type { PaymentProvider } from '@/lib/core/ports/payment-provider'
import { BillingError } from '@/lib/kit/errors'

/** A provider that answers questions and refuses deeds: what an impersonator is given, whatever a verb forgot. */
export function withoutWrites(payments: PaymentProvider): PaymentProvider {
  return {
    ...payments,
    paymentMethodsClaim: () => null,
    createCustomer: refuse,
    createCreditsCheckout: refuse,
    createHostedCheckout: refuse,
    createPaymentMethodCheckout: refuse,
    chargeInvoice: refuse,
    closeInvoice: refuse,
    createRefund: refuse,
    setDefaultPaymentMethod: refuse,
    alignRenewals: refuse,
    detachPaymentMethod: refuse,
    subscriptions: {
      ...payments.subscriptions,
      claim: () => null,
      createCheckout: refuse,
      expireCheckout: refuse,
      change: refuse,
      setQuantity: refuse,
      setCancellation: refuse,
      addItem: refuse,
      removeItem: refuse,
    },
  }
}

/** A provider that refuses what has to be asked for now, each time with `refusal`. What is kept anyway, it still tells. */
export function withoutLiveReads(payments: PaymentProvider, refusal: BillingError): PaymentProvider {
  const refuseRead = () => Promise.reject(refusal)
  return {
    ...payments,
    paymentMethodsClaim: () => null,
    paymentMethods: refuseRead,
    invoice: refuseRead,
    invoices: refuseRead,
    paidInvoices: refuseRead,
    checkout: refuseRead,
    payer: refuseRead,
    invoiceOfOrder: refuseRead,
    paymentOfCharge: refuseRead,
    invoiceOfPayment: refuseRead,
    returnsOfPayment: refuseRead,
    returns: refuseRead,
    events: refuseRead,
    subscriptions: {
      ...payments.subscriptions,
      claim: () => null,
      retrieve: refuseRead,
      preview: refuseRead,
      promotionCode: refuseRead,
    },
  }
}

function refuse(): Promise<never> {
  return Promise.reject(new BillingError('impersonating', 'Not available during impersonation.'))
}

import type { NumberCarrier } from '@/lib/core/ports/number-carrier'
import type { PaymentProvider, PaymentWrites } from '@/lib/core/ports/payment-provider'
import type { SubscriptionWrites } from '@/lib/core/ports/subscription-provider'
import { BillingError } from '@/lib/kit/errors'

/**
 * A provider that answers questions and refuses deeds: what an impersonator is given, whatever a verb forgot. A deed that
 * the port has and that is not refused here does not compile.
 */
export function withoutWrites(payments: PaymentProvider): PaymentProvider {
  return {
    ...payments,
    ...REFUSED_WRITES,
    paymentMethodsClaim: () => null,
    subscriptions: { ...payments.subscriptions, ...REFUSED_SUBSCRIPTION_WRITES, claim: () => null },
  }
}

/** A carrier that neither reserves a number nor takes one back, for the same. */
export const withoutNumbers: NumberCarrier = { claim: refuse, release: refuse }

const REFUSED_WRITES: Readonly<Record<keyof PaymentWrites, typeof refuse>> = {
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
}

const REFUSED_SUBSCRIPTION_WRITES: Readonly<Record<keyof SubscriptionWrites, typeof refuse>> = {
  createCheckout: refuse,
  expireCheckout: refuse,
  change: refuse,
  setQuantity: refuse,
  setCancellation: refuse,
  addItem: refuse,
  removeItem: refuse,
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

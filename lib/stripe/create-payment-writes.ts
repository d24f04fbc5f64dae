import { createHash } from 'node:crypto'
import type Stripe from 'stripe'
import type { PaymentWrites } from '@/lib/core/ports/payment-provider'
import { callStripe } from './call-stripe'
import { changePaymentMethods } from './change-payment-methods'
import { checkoutParameters, hostedCheckoutParameters } from './checkout-parameters'
import { createOrFind } from './create-or-find'
import { chargeInvoice } from './invoices/charge-invoice'
import { closeInvoice } from './invoices/close-invoice'
import type { Limiter } from './limiter'
import { openPaymentMethodCheckout } from './open-payment-method-checkout'
import { openSession } from './open-session'
import { orNull } from './or-null'
import { parseCreatedCheckout, parseCreatedHostedCheckout } from './parse/checkout'
import type { PriceBook } from './price-book'
import { createRefund } from './refunds/create-refund'

type Parts = Readonly<{ client: Stripe; limiter: Limiter }>

const RECENT_MAX = 100

/** What is done at Stripe. Each deed carries a key derived from a row of ours, so that Stripe does it once. */
export function createPaymentWrites(parts: Parts, prices: PriceBook): PaymentWrites {
  return {
    createCustomer: (input) => createCustomer(parts, input),
    createCreditsCheckout: async (input) => {
      const { creditsPriceId } = await prices.read()
      const session = await orNull(
        openSession(parts, input.orderId, checkoutParameters(input, creditsPriceId)),
        'customer',
      )
      return session === null ? null : parseCreatedCheckout(session)
    },
    createHostedCheckout: async (input) => {
      const session = await orNull(
        openSession(parts, input.orderId, hostedCheckoutParameters(input)),
        'customer',
      )
      return session === null ? null : parseCreatedHostedCheckout(session)
    },
    createPaymentMethodCheckout: openPaymentMethodCheckout(parts),
    chargeInvoice: (charge) => chargeInvoice(parts, charge),
    closeInvoice: (invoiceId) => closeInvoice(parts, invoiceId),
    createRefund: (order) => createRefund(parts, order),
    ...changePaymentMethods(parts),
  }
}

/**
 * The e-mail address and the account do not tell whose deed a customer is: staff may have made one by hand, and another
 * installation numbers its accounts from 1 as well. What the key stands for is written on it, and looked for.
 */
async function createCustomer(
  { client, limiter }: Parts,
  { accountId, email, name, idempotencyKey }: Parameters<PaymentWrites['createCustomer']>[0],
): Promise<string> {
  const deed = createHash('sha256').update(idempotencyKey).digest('hex')
  const parameters = {
    email,
    metadata: { account_id: String(accountId), deed },
    ...(name === null ? {} : { name }),
  }
  const endpoint = 'POST /v1/customers'
  const customer = await createOrFind({
    key: idempotencyKey,
    create: (key) =>
      callStripe(limiter, { endpoint, priority: 'purchase', idempotencyKey: key }, (options) =>
        client.customers.create(parameters, options),
      ),
    find: async () => {
      const { data } = await callStripe(
        limiter,
        { endpoint: 'GET /v1/customers', priority: 'purchase' },
        (options) => client.customers.list({ email, limit: RECENT_MAX }, options),
      )
      return data.find((item) => item.metadata['deed'] === deed) ?? null
    },
  })
  return customer.id
}

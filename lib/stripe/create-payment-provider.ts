import type Stripe from 'stripe'
import type { PaymentProvider, PaymentReads } from '@/lib/core/ports/payment-provider'
import { usdFromCents } from '@/lib/kit/money'
import type { Alarm } from './alarm'
import { callStripe, type Endpoint } from './call-stripe'
import { createPriceBook, type PriceBook } from './price-book'
import { createPaymentWrites } from './create-payment-writes'
import { findInvoiceOfOrder } from './invoices/find-invoice'
import { readPayer } from './invoices/read-payer'
import type { Limiter } from './limiter'
import { listEvents } from './list-events'
import { listInvoices } from './list-invoices'
import { listPaidInvoices } from './list-paid-invoices'
import { orNull } from './or-null'
import { parseCheckout } from './parse/checkout'
import { parseDefaultPaymentMethod, parsePaymentMethods } from './parse/payment-method'
import { bundleNotSetUp, parsePrices, PRICE_KEYS } from './parse/price'
import { readInvoice } from './read-invoice'
import { listReturns } from './refunds/list-returns'
import { listReturnsMade } from './refunds/list-returns-made'
import { readInvoiceOfPayment, readPaymentOfCharge } from './trace-payment'
import { createSubscriptionProvider } from './subscriptions/create-subscription-provider'

type Parts = Readonly<{
  client: Stripe
  limiter: Limiter
  livemode: boolean
  callsPerSecond: number
  alarm: Alarm
}>

const PAYMENT_METHODS_ENDPOINTS: readonly Endpoint[] = ['GET /v1/customers/:id', 'GET /v1/payment_methods']
const PAGE_SIZE = 100

/** Stripe behind the port. Every call passes the limiter; what Stripe answers is parsed before it leaves this folder. */
export function createPaymentProvider(parts: Parts): PaymentProvider {
  const prices = createPriceBook(() => loadPrices(parts), parts.alarm)
  return {
    ...reads(parts, prices),
    ...createPaymentWrites(parts, prices),
    subscriptions: createSubscriptionProvider(parts, prices),
  }
}

function reads(parts: Parts, prices: PriceBook): PaymentReads {
  const { client, limiter } = parts
  return {
    livemode: parts.livemode,
    numberPricing: async () => {
      const { monthly, annual } = await prices.read()
      return { monthly: usdFromCents(monthly.cents), annual: usdFromCents(annual.cents) }
    },
    paymentMethodsClaim: () => ({
      endpoints: PAYMENT_METHODS_ENDPOINTS,
      callsPerSecond: parts.callsPerSecond,
    }),
    paymentMethods: (customerId, options) => savedMethods(parts, customerId, options?.claimed ?? false),
    invoice: (invoiceId) => readInvoice(parts, prices, invoiceId),
    creditsBundle: async () => {
      const { bundle } = await prices.read()
      if (bundle === null) throw bundleNotSetUp()
      return bundle
    },
    invoices: (input) => listInvoices(client, limiter, input),
    paidInvoices: (input) => listPaidInvoices(client, limiter, input),
    checkout: async (sessionId) => {
      const found = await orNull(
        callStripe(limiter, { endpoint: 'GET /v1/checkout/sessions/:id', priority: 'read' }, (options) =>
          client.checkout.sessions.retrieve(sessionId, {}, options),
        ),
      )
      return found === null ? null : parseCheckout(found)
    },
    payer: (customerId, paymentMethodId) => readPayer(parts, customerId, paymentMethodId),
    invoiceOfOrder: (input) => findInvoiceOfOrder(parts, input),
    paymentOfCharge: (chargeId) => readPaymentOfCharge(parts, chargeId),
    invoiceOfPayment: (paymentId) => readInvoiceOfPayment(parts, paymentId),
    returnsOfPayment: (paymentId) => listReturns(parts, paymentId),
    returns: (input) => listReturnsMade({ client, limiter }, input),
    events: (input) => listEvents(client, limiter, input),
  }
}

/** List and default come from two endpoints, asked at once. A deleted customer has no methods. */
async function savedMethods(parts: Parts, customerId: string, claimed: boolean) {
  const endpoint = 'GET /v1/customers/:id'
  const customer = callStripe(parts.limiter, { endpoint, priority: 'read', claimed }, (options) =>
    parts.client.customers.retrieve(customerId, {}, options),
  )
  const [list, owner] = await Promise.all([orNull(listMethods(parts, customerId, claimed)), orNull(customer)])
  return list === null || owner === null ? [] : parsePaymentMethods(list, parseDefaultPaymentMethod(owner))
}

/** All pages; nearly everyone has one. */
async function listMethods({ client, limiter }: Parts, customer: string, claimed: boolean) {
  const methods: Stripe.PaymentMethod[] = []
  for (;;) {
    const last = methods.at(-1)
    const page = await callStripe(
      limiter,
      {
        endpoint: 'GET /v1/payment_methods',
        priority: 'read',
        claimed: claimed && last === undefined,
      },
      (options) =>
        client.paymentMethods.list(
          { customer, limit: PAGE_SIZE, ...(last === undefined ? {} : { starting_after: last.id }) },
          options,
        ),
    )
    methods.push(...page.data)
    if (!page.has_more || page.data.length === 0) return methods
  }
}

async function loadPrices({ client, limiter }: Parts) {
  const list = await callStripe(limiter, { endpoint: 'GET /v1/prices', priority: 'read' }, (options) =>
    client.prices.list(
      { lookup_keys: Object.values(PRICE_KEYS), active: true, expand: ['data.product'] },
      options,
    ),
  )
  return parsePrices(list)
}

import type Stripe from 'stripe'
import type { ChargeOutcome, InvoiceCharge } from '@/lib/core/ports/payment-provider'
import { exactCents } from '@/lib/kit/money'
import { callStripe, type Endpoint } from '../call-stripe'
import { createOrFind } from '../create-or-find'
import type { Limiter } from '../limiter'
import { providerUnavailable } from '../map-error'
import { INVOICE_EXPANSIONS, parseInvoice } from '../parse/invoice'
import { acquireAll } from './acquire-all'
import { findInvoiceOfOrder, retrieveInvoice } from './find-invoice'
import { isAboutPayer, isInvalidRequest, outcomeOfRefusal } from './outcome-of-refusal'

type Parts = Readonly<{ client: Stripe; limiter: Limiter }>
type Step = Readonly<{ endpoint: Endpoint; key: string }>

const CREATE = 'POST /v1/invoices'
const ADD_ITEM = 'POST /v1/invoiceitems'
const FINALIZE = 'POST /v1/invoices/:id/finalize'
const PAY = 'POST /v1/invoices/:id/pay'

/** What a charge calls, each once. */
export const CHARGE_ENDPOINTS: readonly Endpoint[] = [CREATE, ADD_ITEM, FINALIZE, PAY]

/**
 * An invoice of its own for credits, made and paid in four calls, each under a key derived from the order: whoever
 * repeats this repeats the same calls, and an invoice can be paid but once. It is finalized before it is paid, so that
 * nothing is charged but what was agreed: a balance or a discount at Stripe would change the amount.
 * @throws BillingError `payment_provider_unavailable` where it is not known what came of it
 */
export async function chargeInvoice(parts: Parts, charge: InvoiceCharge): Promise<ChargeOutcome> {
  if (!charge.claimed) await acquireAll(parts.limiter, CHARGE_ENDPOINTS)
  const draft = await createDraft(parts, charge)
  if (draft === null) return { kind: 'refused', reason: 'method_gone', invoiceId: null }
  try {
    await addItem(parts, charge, draft.id)
    const open = await finalize(parts, charge, draft.id)
    if (open.status !== 'open' || open.amount_due !== exactCents(charge.amount)) {
      return { kind: 'refused', reason: 'amount_differs', invoiceId: draft.id }
    }
    return decideByState(await pay(parts, charge, draft.id))
  } catch (error) {
    const refused = outcomeOfRefusal(error, draft.id)
    if (refused !== null) return refused
    // Someone else may have carried this order further, or closed its invoice.
    if (isInvalidRequest(error)) return decideAfterRefusal(parts, draft.id, error)
    throw error
  }
}

/** Null where Stripe knows the customer no longer, or the customer has no such method. */
async function createDraft(parts: Parts, charge: InvoiceCharge): Promise<{ id: string } | null> {
  const { orderId, accountId, customerId, paymentMethodId, createdAt } = charge
  const parameters = {
    customer: customerId,
    currency: 'usd',
    collection_method: 'charge_automatically',
    // Nothing is ever charged unless we say so: an invoice that is left behind stays unpaid.
    auto_advance: false,
    pending_invoice_items_behavior: 'exclude',
    default_payment_method: paymentMethodId,
    description: 'Talktime credits',
    metadata: { order_id: orderId, account_id: String(accountId) },
  } satisfies Stripe.InvoiceCreateParams
  try {
    return await createOrFind<{ id: string }>({
      key: `${orderId}:invoice`,
      create: (key) =>
        send(parts, { endpoint: CREATE, key }, (options) =>
          parts.client.invoices.create(parameters, options),
        ),
      find: async () => {
        const id = await findInvoiceOfOrder(parts, { customerId, orderId, since: createdAt })
        return id === null ? null : { id }
      },
    })
  } catch (error) {
    if (isAboutPayer(error)) return null
    throw error
  }
}

/** Not discountable: what was agreed is what is paid. */
async function addItem(parts: Parts, charge: InvoiceCharge, invoice: string): Promise<void> {
  const { orderId, customerId, amount } = charge
  const parameters = {
    customer: customerId,
    invoice,
    amount: exactCents(amount),
    currency: 'usd',
    description: 'Talktime credits',
    discountable: false,
  }
  await createOrFind<{ id: string }>({
    key: `${orderId}:item`,
    create: (key) =>
      send(parts, { endpoint: ADD_ITEM, key }, (options) =>
        parts.client.invoiceItems.create(parameters, options),
      ),
    find: async () => {
      const { data } = await callStripe(
        parts.limiter,
        { endpoint: 'GET /v1/invoiceitems', priority: 'purchase' },
        (options) => parts.client.invoiceItems.list({ invoice, limit: 1 }, options),
      )
      return data[0] ?? null
    },
  })
}

function finalize(parts: Parts, { orderId }: InvoiceCharge, invoiceId: string) {
  return createOrFind<Stripe.Invoice>({
    key: `${orderId}:finalize`,
    create: (key) =>
      send(parts, { endpoint: FINALIZE, key }, (options) =>
        parts.client.invoices.finalizeInvoice(invoiceId, { auto_advance: false }, options),
      ),
    find: async () => {
      const found = await retrieveInvoice(parts, invoiceId)
      return found === null || found.status === 'draft' ? null : found
    },
  })
}

function pay(parts: Parts, { orderId, paymentMethodId }: InvoiceCharge, invoiceId: string) {
  return createOrFind<Stripe.Invoice>({
    key: `${orderId}:pay`,
    create: (key) =>
      send(parts, { endpoint: PAY, key }, (options) =>
        parts.client.invoices.pay(
          invoiceId,
          { payment_method: paymentMethodId, off_session: true, expand: INVOICE_EXPANSIONS },
          options,
        ),
      ),
    find: async () => {
      const found = await retrieveInvoice(parts, invoiceId)
      return found === null || (found.status === 'open' && parseInvoice(found).attempt === null)
        ? null
        : found
    },
  })
}

/** The first attempt of each was claimed at the beginning; of a second key's, nothing was. */
function send<T>(
  { limiter }: Parts,
  { endpoint, key }: Step,
  call: (options: Stripe.RequestOptions) => Promise<T>,
): Promise<T> {
  const claimed = !key.endsWith(':second')
  return callStripe(limiter, { endpoint, priority: 'purchase', idempotencyKey: key, claimed }, call)
}

async function decideAfterRefusal(parts: Parts, invoiceId: string, error: unknown): Promise<ChargeOutcome> {
  const found = await retrieveInvoice(parts, invoiceId)
  if (found === null) return { kind: 'refused', reason: 'closed', invoiceId: null }
  if (found.status === 'draft') throw error
  if (found.status === 'open' && parseInvoice(found).attempt === null) {
    return { kind: 'refused', reason: 'method_gone', invoiceId }
  }
  return decideByState(found)
}

/** What an invoice that Stripe was asked to collect says of it. */
function decideByState(found: Stripe.Invoice): ChargeOutcome {
  const invoice = parseInvoice(found)
  if (invoice.status === 'paid') return { kind: 'paid', invoice }
  if (invoice.status !== 'open') return { kind: 'refused', reason: 'closed', invoiceId: invoice.id }
  if (invoice.attempt === null || invoice.attempt.kind === 'processing') {
    throw providerUnavailable(`the payment of ${invoice.id} is under way`)
  }
  return { ...invoice.attempt, invoiceId: invoice.id }
}

import { ApiError, wrongState } from '../http/api-error'
import { cardError } from '../payments/card-error'
import { requireChargeable } from '../payments/make-payment-method'
import { confirmIntent, type ConfirmOutcome } from '../payments/payment-intent'
import { changedFields } from '../resources/changed-fields'
import type { Body, Row } from '../store/kinds'
import type { Unit } from '../store/unit'
import { followVoid } from '../subscriptions/follow-invoice'
import { markPaid, moveCustomerBalance } from './finalize-invoice'
import { saveInvoice } from './make-invoice'

type Payment = Readonly<{
  /** Null takes the invoice's, the subscription's or the customer's default. */
  paymentMethod: string | null
  offSession: boolean
  baseUrl: string
}>

type Attempt = Readonly<{
  method: Row<'payment_method'>
  offSession: boolean
  authentication: 'none' | 'approved' | 'denied'
  baseUrl: string
  /** When it is tried again by itself, should it fail; null for never. */
  nextAttempt?: number | null
}>

export type AttemptOutcome =
  | Readonly<{ kind: 'paid'; invoice: Body<'invoice'> }>
  | Readonly<{
      kind: 'refused'
      invoice: Body<'invoice'>
      outcome: Exclude<ConfirmOutcome, { kind: 'succeeded' }>
    }>

/**
 * Collects an open invoice. @throws ApiError 402 where the card is declined or its bank wants the customer; the
 * attempt is recorded and the invoice stays open. 400 where there is no card to charge.
 */
export async function payInvoice(
  unit: Unit,
  invoice: Body<'invoice'>,
  payment: Payment,
): Promise<Body<'invoice'>> {
  const customerId = typeof invoice.customer === 'string' ? invoice.customer : ''
  const methodId = payment.paymentMethod ?? (await defaultMethodOf(unit, invoice))
  if (methodId === null) {
    throw wrongState(
      'There is no `default_payment_method` set on this Customer or Invoice. Please attach a payment method and pay with its id.',
    )
  }
  const method = await requireChargeable(unit, methodId, customerId)
  const attempt = await attemptInvoice(unit, invoice, { ...payment, method, authentication: 'none' })
  if (attempt.kind === 'paid') return attempt.invoice
  throw refusalOf(attempt.outcome, method.body)
}

/** One attempt to collect an open invoice; what came of it is recorded, and a subscription follows a payment. */
export async function attemptInvoice(
  unit: Unit,
  invoice: Body<'invoice'>,
  { method, offSession, authentication, baseUrl, nextAttempt }: Attempt,
): Promise<AttemptOutcome> {
  const [open] = await unit.list('invoice_payment', {
    filters: { invoice: invoice.id, status: 'open' },
    limit: 1,
  })
  const intentId = open?.payment.payment_intent
  const intent = intentId === undefined ? null : await unit.row('payment_intent', intentId)
  if (open === undefined || intent === null) throw new Error(`The open invoice ${invoice.id} has no payment.`)

  const outcome = await confirmIntent(unit, intent.body, {
    method,
    offSession,
    // The payment waits, so that the customer can answer later with the invoice's confirmation secret.
    unanswered: 'wait',
    authentication,
    baseUrl,
  })
  const attempted: Body<'invoice'> = { ...invoice, attempted: true, attempt_count: invoice.attempt_count + 1 }
  if (outcome.kind === 'succeeded') {
    return { kind: 'paid', invoice: await settle(unit, attempted, open) }
  }
  const failed = failAttempt(unit, invoice, nextAttempt ?? invoice.next_payment_attempt)
  if (outcome.kind === 'authentication_required') unit.emit('invoice.payment_action_required', failed)
  return { kind: 'refused', invoice: failed, outcome }
}

/** Counts an attempt that came to nothing, and says so. */
export function failAttempt(
  unit: Unit,
  invoice: Body<'invoice'>,
  nextAttempt: number | null,
): Body<'invoice'> {
  const failed = saveInvoice(unit, {
    ...invoice,
    attempted: true,
    attempt_count: invoice.attempt_count + 1,
    next_payment_attempt: nextAttempt,
  })
  unit.emit('invoice.updated', failed, changedFields(invoice, failed) ?? {})
  unit.emit('invoice.payment_failed', failed)
  return failed
}

/** Marks an open invoice paid by its open payment, which has just succeeded. */
async function settle(
  unit: Unit,
  invoice: Body<'invoice'>,
  payment: Body<'invoice_payment'>,
): Promise<Body<'invoice'>> {
  const paid = await markPaid(unit, invoice, invoice.amount_due)
  const settled = unit.save('invoice_payment', {
    ...payment,
    amount_paid: invoice.amount_due,
    status: 'paid',
    status_transitions: { ...payment.status_transitions, paid_at: unit.now },
  })
  unit.emit('invoice_payment.paid', settled)
  return paid
}

/** The payment method an invoice is collected with where none is named; null where there is none. */
export async function defaultMethodOf(unit: Unit, invoice: Body<'invoice'>): Promise<string | null> {
  if (typeof invoice.default_payment_method === 'string') return invoice.default_payment_method
  const subscriptionId = invoice.parent?.subscription_details?.subscription
  const subscription = subscriptionId === undefined ? null : await unit.row('subscription', subscriptionId)
  if (typeof subscription?.body.default_payment_method === 'string') {
    return subscription.body.default_payment_method
  }
  const customer = typeof invoice.customer === 'string' ? await unit.row('customer', invoice.customer) : null
  const chosen = customer?.body.invoice_settings.default_payment_method
  return typeof chosen === 'string' ? chosen : null
}

function refusalOf(
  outcome: Exclude<ConfirmOutcome, { kind: 'succeeded' }>,
  method: Body<'payment_method'>,
): ApiError {
  if (outcome.kind === 'declined') {
    return cardError(outcome.decline, {
      charge: outcome.charge.id,
      payment_intent: outcome.intent,
      payment_method: method,
    })
  }
  // Observed on Stripe as an invalid request, although its status is that of a decline.
  return new ApiError(
    402,
    {
      type: 'invalid_request_error',
      code: 'invoice_payment_intent_requires_action',
      message:
        'This payment requires additional user action before it can be completed successfully. Payment can be completed using the PaymentIntent associated with this invoice.',
      payment_intent: outcome.intent,
    },
    { executed: true },
  )
}

/** Voids an open invoice: it can never be paid, its waiting payment is cancelled, and the balance is given back. */
export async function voidInvoice(unit: Unit, invoice: Body<'invoice'>): Promise<Body<'invoice'>> {
  for (const payment of await unit.list('invoice_payment', {
    filters: { invoice: invoice.id, status: 'open' },
    limit: 100,
  })) {
    await cancelPayment(unit, payment)
  }
  const customer = typeof invoice.customer === 'string' ? await unit.row('customer', invoice.customer) : null
  if (customer !== null) {
    const taken = invoice.starting_balance - (invoice.ending_balance ?? invoice.starting_balance)
    moveCustomerBalance(unit, customer.body, customer.body.balance + taken)
  }
  const voided = saveInvoice(unit, {
    ...invoice,
    status: 'void',
    auto_advance: false,
    next_payment_attempt: null,
    status_transitions: { ...invoice.status_transitions, voided_at: unit.now },
  })
  unit.emit('invoice.updated', voided, { status: 'open' })
  unit.emit('invoice.voided', voided)
  await followVoid(unit, voided)
  return voided
}

async function cancelPayment(unit: Unit, payment: Body<'invoice_payment'>): Promise<void> {
  const intentId = payment.payment.payment_intent
  const intent = intentId === undefined ? null : await unit.row('payment_intent', intentId)
  if (intent !== null) {
    const canceled = unit.save('payment_intent', {
      ...intent.body,
      canceled_at: unit.now,
      cancellation_reason: 'void_invoice',
      next_action: null,
      status: 'canceled',
    })
    unit.emit('payment_intent.canceled', canceled)
  }
  unit.save('invoice_payment', {
    ...payment,
    status: 'canceled',
    status_transitions: { ...payment.status_transitions, canceled_at: unit.now },
  })
}

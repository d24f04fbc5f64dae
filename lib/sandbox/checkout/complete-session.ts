import { addPayment, markPaid, numbered } from '../invoices/finalize-invoice'
import { newLine, withLines } from '../invoices/invoice-lines'
import { newInvoice } from '../invoices/make-invoice'
import type { CheckoutOutcome } from '../page-port'
import { attach } from '../payments/make-payment-method'
import type { ConfirmOutcome } from '../payments/payment-intent'
import type { Body } from '../store/kinds'
import type { Unit } from '../store/unit'
import { finishSession, type Completion } from './finish-session'

type Paid = Completion & Readonly<{ outcome: Extract<ConfirmOutcome, { kind: 'succeeded' }>; amount: number }>

/** Closes a session whose payment has succeeded: saves the card if asked, makes the paid invoice if asked. */
export async function completeSession(unit: Unit, completion: Paid): Promise<CheckoutOutcome> {
  const { session, customer, outcome, amount } = completion
  if (customer !== null) saveCard(unit, completion, customer)
  const invoice = session.body.invoice_creation?.enabled === true ? await paidInvoice(unit, completion) : null
  const lineItems =
    session.hidden.customAmount === null
      ? session.hidden.lineItems
      : session.hidden.lineItems.map((item) => ({ ...item, amount_subtotal: amount, amount_total: amount }))
  return finishSession(
    unit,
    completion,
    {
      amount_subtotal: amount,
      amount_total: amount,
      invoice: invoice?.id ?? null,
      payment_intent: outcome.intent.id,
      payment_status: 'paid',
    },
    { ...session.hidden, lineItems },
  )
}

/** Ticked: may be shown again. Needed for later charges: kept, but not shown. Otherwise the card belongs to nobody. */
function saveCard(unit: Unit, { session, submission, method }: Completion, customer: Body<'customer'>): void {
  const { source } = submission
  const laterUse = session.hidden.paymentIntent.setupFutureUsage
  if (source.kind === 'saved-card') {
    if (laterUse === 'off_session' && !method.hidden.setUp) {
      unit.save('payment_method', method.body, { hidden: { ...method.hidden, setUp: true } })
    }
    return
  }
  const offered = session.body.saved_payment_method_options?.payment_method_save === 'enabled'
  const ticked = offered && source.save
  if (!ticked && laterUse === null) return
  attach(unit, method, customer.id, {
    allowRedisplay: ticked ? 'always' : 'limited',
    setUp: laterUse === 'off_session',
  })
}

async function paidInvoice(unit: Unit, completion: Paid): Promise<Body<'invoice'> | null> {
  const { session, customer, outcome, amount, baseUrl } = completion
  const data = session.body.invoice_creation?.invoice_data
  if (customer === null) return null
  const draft = newInvoice(unit, {
    customer,
    currency: outcome.intent.currency,
    custom_fields: data?.custom_fields ?? null,
    description: data?.description ?? null,
    footer: data?.footer ?? null,
    metadata: data?.metadata ?? {},
    // What Checkout has taken is paid in full: the balance plays no part.
    starting_balance: 0,
  })
  const lines = session.hidden.lineItems.map((item) =>
    newLine({
      invoice: draft.id,
      amount: session.hidden.customAmount === null ? item.amount_total : amount,
      currency: item.currency,
      description: item.description,
      quantity: item.quantity ?? 1,
      metadata: item.metadata ?? {},
      parent: null,
      period: { start: unit.now, end: unit.now },
      price: item.price === null ? null : { id: item.price.id, product: item.price.product },
    }),
  )
  const filled = withLines(draft, lines)
  unit.emit('invoice.created', filled)
  const open = await numbered(unit, filled, baseUrl)
  unit.emit('invoice.finalized', open)
  const payment = addPayment(unit, open, outcome.intent.id, unit.now)
  const paid = await markPaid(unit, open, amount)
  unit.emit('invoice_payment.paid', payment)
  return paid
}

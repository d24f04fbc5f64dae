import { newId, randomText } from '../ids'
import { createIntent } from '../payments/payment-intent'
import type { Body } from '../store/kinds'
import type { Unit } from '../store/unit'
import { followPayment } from '../subscriptions/follow-invoice'
import { balanceAfter, withBalance } from './invoice-lines'
import { saveInvoice } from './make-invoice'

/** A draft with a number and addresses; it is open, and nothing more happened to it. */
export async function numbered(
  unit: Unit,
  draft: Body<'invoice'>,
  baseUrl: string,
): Promise<Body<'invoice'>> {
  const customer = typeof draft.customer === 'string' ? await unit.row('customer', draft.customer) : null
  const sequence = String(await unit.nextInvoiceNumber()).padStart(4, '0')
  const token = randomText(48)
  const invoice: Body<'invoice'> = {
    ...draft,
    automatically_finalizes_at: null,
    effective_at: unit.now,
    ending_balance: balanceAfter(draft),
    hosted_invoice_url: `${baseUrl}/invoice/${token}`,
    invoice_pdf: `${baseUrl}/invoice/${token}/pdf`,
    number: `${customer?.body.invoice_prefix ?? 'TALKTIME'}-${sequence}`,
    status: 'open',
    status_transitions: { ...draft.status_transitions, finalized_at: unit.now },
  }
  return unit.save('invoice', invoice, { token, due: null })
}

/**
 * Opens a draft: the customer's balance is settled with it, it gets its number, its pages and a payment that waits.
 * With nothing to pay it is paid at once. The invoice must be a draft.
 */
export async function finalizeInvoice(
  unit: Unit,
  draft: Body<'invoice'>,
  baseUrl: string,
): Promise<Body<'invoice'>> {
  const open = await numbered(unit, await settledWithBalance(unit, draft), baseUrl)
  unit.emit('invoice.finalized', open)
  if (open.amount_due === 0) return markPaid(unit, open, 0)
  const intent = createIntent(unit, {
    amount: open.amount_due,
    currency: open.currency,
    customer: typeof open.customer === 'string' ? open.customer : null,
    description: open.description ?? purposeOf(open),
    // Stripe does not copy the invoice's metadata to its payment.
    metadata: {},
  })
  addPayment(unit, open, intent.id, null)
  return open
}

function purposeOf({ billing_reason: reason, number }: Body<'invoice'>): string {
  if (reason === 'subscription_create') return 'Subscription creation'
  return reason?.startsWith('subscription') === true ? 'Subscription update' : `Payment for Invoice ${number}`
}

/** The draft with what the customer's balance leaves to pay; the balance keeps what is left of it. */
async function settledWithBalance(unit: Unit, draft: Body<'invoice'>): Promise<Body<'invoice'>> {
  const customer = typeof draft.customer === 'string' ? await unit.row('customer', draft.customer) : null
  if (customer === null) return draft
  const settled = withBalance(draft, customer.body.balance)
  moveCustomerBalance(unit, customer.body, balanceAfter(settled))
  return settled
}

/** Cents; below zero the customer has credit. */
export function moveCustomerBalance(unit: Unit, customer: Body<'customer'>, balance: number): void {
  if (customer.balance === balance) return
  const after = unit.save('customer', { ...customer, balance })
  unit.emit('customer.updated', after, { balance: customer.balance })
}

/** Ties a payment to an invoice; `paidAt` null while it is open. */
export function addPayment(
  unit: Unit,
  invoice: Body<'invoice'>,
  intent: string,
  paidAt: number | null,
): Body<'invoice_payment'> {
  return unit.save('invoice_payment', {
    id: newId('inpay'),
    object: 'invoice_payment',
    amount_paid: paidAt === null ? null : invoice.amount_due,
    amount_requested: invoice.amount_due,
    created: unit.now,
    currency: invoice.currency,
    invoice: invoice.id,
    is_default: true,
    livemode: false,
    payment: { payment_intent: intent, type: 'payment_intent' },
    status: paidAt === null ? 'open' : 'paid',
    status_transitions: { canceled_at: null, paid_at: paidAt },
  })
}

/** Marks an open invoice paid by `received` cents, and says so; a subscription it belongs to follows. */
export async function markPaid(
  unit: Unit,
  invoice: Body<'invoice'>,
  received: number,
): Promise<Body<'invoice'>> {
  const paid = saveInvoice(unit, {
    ...invoice,
    amount_paid: received,
    amount_remaining: 0,
    attempted: true,
    auto_advance: false,
    next_payment_attempt: null,
    status: 'paid',
    status_transitions: { ...invoice.status_transitions, paid_at: unit.now },
  })
  unit.emit('invoice.updated', paid, { status: 'open', amount_paid: invoice.amount_paid })
  unit.emit('invoice.paid', paid)
  unit.emit('invoice.payment_succeeded', paid)
  await followPayment(unit, paid)
  return paid
}

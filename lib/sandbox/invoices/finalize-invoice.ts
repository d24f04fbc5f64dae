import { newId, randomText } from '../ids'
import { createIntent } from '../payments/payment-intent'
import type { Body } from '../store/kinds'
import type { Unit } from '../store/unit'
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
    ending_balance: 0,
    hosted_invoice_url: `${baseUrl}/invoice/${token}`,
    invoice_pdf: `${baseUrl}/invoice/${token}/pdf`,
    number: `${customer?.body.invoice_prefix ?? 'TALKTIME'}-${sequence}`,
    status: 'open',
    status_transitions: { ...draft.status_transitions, finalized_at: unit.now },
  }
  return unit.save('invoice', invoice, { token, due: null })
}

/**
 * Opens a draft: it gets its number, its pages and a payment that waits. With nothing to pay it is paid at once.
 * The invoice must be a draft.
 */
export async function finalizeInvoice(
  unit: Unit,
  draft: Body<'invoice'>,
  baseUrl: string,
): Promise<Body<'invoice'>> {
  const open = await numbered(unit, draft, baseUrl)
  unit.emit('invoice.finalized', open)
  if (open.amount_due === 0) return markPaid(unit, open, 0)
  const intent = createIntent(unit, {
    amount: open.amount_due,
    currency: open.currency,
    customer: typeof open.customer === 'string' ? open.customer : null,
    description: open.description ?? `Payment for Invoice ${open.number}`,
    // Stripe does not copy the invoice's metadata to its payment.
    metadata: {},
  })
  addPayment(unit, open, intent.id, null)
  return open
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

/** Marks an open invoice paid by `received` cents, and says so. */
export function markPaid(unit: Unit, invoice: Body<'invoice'>, received: number): Body<'invoice'> {
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
  return paid
}

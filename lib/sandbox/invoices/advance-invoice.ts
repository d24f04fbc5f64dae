import type { Body, Row } from '../store/kinds'
import type { Unit } from '../store/unit'
import { failSubscription } from '../subscriptions/fail-subscription'
import { finalizeInvoice } from './finalize-invoice'
import { attemptInvoice, defaultMethodOf, failAttempt } from './pay-invoice'
import { readRetrySettings, type RetrySettings } from './retry-settings'

type Invoice = Body<'invoice'>

const DAY = 86_400

/** A card that was refused for one of these is not charged again: only another card would do. */
const HARD_DECLINES = new Set(['lost_card', 'stolen_card', 'fraudulent'])

/** What time does to an invoice: a draft is finalized at its hour, an open one is collected, or tried again. */
export async function advanceInvoice(unit: Unit, row: Row<'invoice'>, baseUrl: string): Promise<void> {
  const { body } = row
  if (row.deleted || body.auto_advance !== true) return
  if (body.status === 'draft' && (body.automatically_finalizes_at ?? Infinity) <= unit.now) {
    const open = await finalizeInvoice(unit, body, baseUrl)
    if (open.status === 'open' && open.collection_method === 'charge_automatically') {
      await collect(unit, open, baseUrl)
    }
  } else if (body.status === 'open' && (body.next_payment_attempt ?? Infinity) <= unit.now) {
    await collect(unit, body, baseUrl)
  }
}

async function collect(unit: Unit, invoice: Invoice, baseUrl: string): Promise<void> {
  const settings = await readRetrySettings(unit)
  const isRetried = invoice.parent?.subscription_details != null
  const nextAttempt = isRetried ? nextAttemptOf(invoice, settings, unit.now) : null
  const method = await chargeable(unit, invoice)
  const failed = await attempt(unit, { ...invoice, next_payment_attempt: null }, method, nextAttempt, baseUrl)
  if (failed !== null && isRetried) await failSubscription(unit, failed, settings.whenRetriesFail)
}

/** The days after an attempt count from that attempt. */
function nextAttemptOf(invoice: Invoice, { retryDays }: RetrySettings, now: number): number | null {
  const days = retryDays[invoice.attempt_count]
  return days === undefined ? null : now + days * DAY
}

/** Null where it was paid, or the invoice after the attempt that failed. */
async function attempt(
  unit: Unit,
  invoice: Invoice,
  method: Row<'payment_method'> | null,
  nextAttempt: number | null,
  baseUrl: string,
): Promise<Invoice | null> {
  if (method === null || (await isHopeless(unit, invoice, method.body.id))) {
    return failAttempt(unit, invoice, nextAttempt)
  }
  const outcome = await attemptInvoice(unit, invoice, {
    method,
    offSession: true,
    authentication: 'none',
    baseUrl,
    nextAttempt,
  })
  return outcome.kind === 'paid' ? null : outcome.invoice
}

/** The card that is charged by default; null where there is none, or it was detached. */
async function chargeable(unit: Unit, invoice: Invoice): Promise<Row<'payment_method'> | null> {
  const id = await defaultMethodOf(unit, invoice)
  const method = id === null ? null : await unit.row('payment_method', id)
  return method?.body.customer === invoice.customer ? method : null
}

async function isHopeless(unit: Unit, invoice: Invoice, method: string): Promise<boolean> {
  const [payment] = await unit.list('invoice_payment', {
    filters: { invoice: invoice.id, status: 'open' },
    limit: 1,
  })
  const intentId = payment?.payment.payment_intent
  const intent = intentId === undefined ? null : await unit.row('payment_intent', intentId)
  const error = intent?.body.last_payment_error
  return error?.payment_method?.id === method && HARD_DECLINES.has(error.decline_code ?? '')
}

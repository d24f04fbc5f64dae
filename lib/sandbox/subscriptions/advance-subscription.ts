import { finalizeInvoice } from '../invoices/finalize-invoice'
import { saveInvoice } from '../invoices/make-invoice'
import { voidInvoice } from '../invoices/pay-invoice'
import type { Row } from '../store/kinds'
import type { Unit } from '../store/unit'
import { draftRenewal, type Renewal } from './draft-renewal'
import { endSubscription } from './end-subscription'
import { previewInvoice } from './preview-invoice'
import {
  INCOMPLETE_SECONDS,
  isLive,
  periodEndOf,
  saveSubscription,
  updateSubscription,
} from './save-subscription'

/** What time does to a subscription: a first invoice lapses, a renewal is announced and made, an end comes. */
export async function advanceSubscription(
  unit: Unit,
  row: Row<'subscription'>,
  baseUrl: string,
): Promise<void> {
  const { body } = row
  if (body.status === 'incomplete') {
    if (body.created + INCOMPLETE_SECONDS <= unit.now) await lapse(unit, row)
    return
  }
  if (!isLive(body)) return
  if (body.pending_update !== null && body.pending_update.expires_at <= unit.now) {
    await dropUpdate(unit, row)
    return
  }
  if (periodEndOf(body) > unit.now) {
    await announce(unit, row)
    return
  }
  const renewal = await draftRenewal(unit, row)
  if (body.cancel_at !== null && body.cancel_at <= unit.now) await end(unit, row, renewal, baseUrl)
  else renew(unit, row, renewal)
}

/** The first invoice was not paid in time. */
async function lapse(unit: Unit, { body }: Row<'subscription'>): Promise<void> {
  const invoice = await latestInvoice(unit, body.latest_invoice)
  if (invoice?.body.status === 'open') await voidInvoice(unit, invoice.body)
}

/** A change was not paid in time: its invoice is voided, and the change with it. */
async function dropUpdate(unit: Unit, { body }: Row<'subscription'>): Promise<void> {
  const invoice = await latestInvoice(unit, body.latest_invoice)
  if (invoice?.body.status === 'open') await voidInvoice(unit, invoice.body)
  const after = await unit.row('subscription', body.id)
  if (after !== null) unit.emit('customer.subscription.pending_update_expired', after.body)
}

async function latestInvoice(unit: Unit, id: string | null): Promise<Row<'invoice'> | null> {
  return id === null ? null : unit.row('invoice', id)
}

/** Tells of the renewal that is near. Nothing else may be written in this unit: the preview forgets it. */
async function announce(unit: Unit, { body, hidden }: Row<'subscription'>): Promise<void> {
  const upcoming = await previewInvoice(unit, {
    currency: undefined,
    customer: undefined,
    discounts: undefined,
    preview_mode: undefined,
    subscription: body.id,
    subscription_details: undefined,
  })
  saveSubscription(unit, body, { ...hidden, announcedEnd: periodEndOf(body) })
  unit.emit('invoice.upcoming', upcoming)
}

/** The next period begins; its invoice stays a draft for an hour, unless nothing is collected any more. */
function renew(unit: Unit, row: Row<'subscription'>, { body, debits, draft }: Renewal): void {
  const collects = body.status !== 'unpaid'
  const invoice = saveInvoice(unit, {
    ...draft,
    auto_advance: collects,
    automatically_finalizes_at: collects ? draft.automatically_finalizes_at : null,
  })
  unit.emit('invoice.created', invoice)
  updateSubscription(unit, row, body, { ...row.hidden, debits })
}

/** The end that was asked for; what was still pending is billed once more. */
async function end(unit: Unit, row: Row<'subscription'>, { draft }: Renewal, baseUrl: string): Promise<void> {
  const requestedAt = row.body.canceled_at ?? unit.now
  const owes = draft.lines.data.length > 0
  await endSubscription(unit, owes ? { ...row, body: { ...row.body, latest_invoice: draft.id } } : row, {
    reason: 'cancellation_requested',
    requestedAt,
  })
  if (!owes) return
  unit.emit('invoice.created', saveInvoice(unit, draft))
  if (draft.amount_due === 0) await finalizeInvoice(unit, draft, baseUrl)
}

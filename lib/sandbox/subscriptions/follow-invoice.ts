import type { Body, Row } from '../store/kinds'
import type { Unit } from '../store/unit'
import { updateSubscription, type Subscription } from './save-subscription'

async function subscriptionOf(unit: Unit, invoice: Body<'invoice'>): Promise<Row<'subscription'> | null> {
  const id = invoice.parent?.subscription_details?.subscription
  return id === undefined ? null : unit.row('subscription', id)
}

/** A paid invoice makes its subscription active, and a change that waited for it takes place. */
export async function followPayment(unit: Unit, invoice: Body<'invoice'>): Promise<void> {
  const row = await subscriptionOf(unit, invoice)
  if (row === null) return
  const { body, hidden } = row
  if (hidden.pending?.invoice === invoice.id) {
    const { after, debits } = hidden.pending
    const applied: Subscription = { ...after, latest_invoice: body.latest_invoice, pending_update: null }
    updateSubscription(unit, row, applied, { ...hidden, debits, pending: null })
    unit.emit('customer.subscription.pending_update_applied', applied)
    return
  }
  if (invoice.id !== body.latest_invoice) return
  if (!['incomplete', 'past_due', 'unpaid'].includes(body.status)) return
  updateSubscription(unit, row, { ...body, status: 'active' })
}

/** A voided invoice takes the change that waited for it along; a first one takes the subscription. */
export async function followVoid(unit: Unit, invoice: Body<'invoice'>): Promise<void> {
  const row = await subscriptionOf(unit, invoice)
  if (row === null) return
  const { body, hidden } = row
  if (hidden.pending?.invoice === invoice.id) {
    updateSubscription(unit, row, { ...body, pending_update: null }, { ...hidden, pending: null })
    return
  }
  if (invoice.id !== body.latest_invoice) return
  if (body.status === 'incomplete') {
    updateSubscription(unit, row, { ...body, status: 'incomplete_expired', ended_at: unit.now })
  }
  if (body.status === 'past_due' || body.status === 'unpaid') {
    updateSubscription(unit, row, { ...body, status: 'active' })
  }
}

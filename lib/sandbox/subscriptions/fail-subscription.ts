import type { Body } from '../store/kinds'
import type { Unit } from '../store/unit'
import { endSubscription } from './end-subscription'
import { updateSubscription } from './save-subscription'

/** An invoice could not be collected: its subscription is past due, and when nothing is tried again, it ends. */
export async function failSubscription(
  unit: Unit,
  invoice: Body<'invoice'>,
  whenRetriesFail: 'cancel' | 'unpaid' | 'past_due',
): Promise<void> {
  const id = invoice.parent?.subscription_details?.subscription
  const row = id === undefined ? null : await unit.row('subscription', id)
  if (row === null || !['active', 'past_due', 'unpaid'].includes(row.body.status)) return
  if (invoice.next_payment_attempt !== null || whenRetriesFail === 'past_due') {
    if (row.body.status === 'active') updateSubscription(unit, row, { ...row.body, status: 'past_due' })
    return
  }
  if (whenRetriesFail === 'cancel') {
    await endSubscription(unit, row, { reason: 'payment_failed', requestedAt: unit.now })
    return
  }
  updateSubscription(unit, row, { ...row.body, status: 'unpaid' })
}

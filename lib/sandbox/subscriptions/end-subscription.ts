import { saveInvoice } from '../invoices/make-invoice'
import type { Row } from '../store/kinds'
import type { Unit } from '../store/unit'
import { saveSubscription, type Subscription } from './save-subscription'

type End = Readonly<{
  reason: 'cancellation_requested' | 'payment_failed'
  /** When it was asked for; the end itself is now. */
  requestedAt: number
}>

/** Ends a subscription now: nothing more is billed for it, and what is still unpaid is not collected any more. */
export async function endSubscription(
  unit: Unit,
  row: Row<'subscription'>,
  { reason, requestedAt }: End,
): Promise<Subscription> {
  const { body } = row
  for (const invoice of await unit.list('invoice', {
    filters: { 'parent.subscription_details.subscription': body.id },
    anyOf: ['status:open', 'status:draft'],
    limit: 100,
  })) {
    saveInvoice(unit, { ...invoice, auto_advance: false, next_payment_attempt: null })
  }
  const ended = saveSubscription(
    unit,
    {
      ...body,
      canceled_at: requestedAt,
      cancellation_details: {
        comment: body.cancellation_details?.comment ?? null,
        feedback: body.cancellation_details?.feedback ?? null,
        feedback_option: null,
        reason,
      },
      ended_at: unit.now,
      pending_update: null,
      status: 'canceled',
    },
    { ...row.hidden, debits: {}, pending: null },
  )
  unit.emit('customer.subscription.deleted', ended)
  return ended
}

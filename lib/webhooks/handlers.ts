import type { Context } from '@/lib/core/context'
import { isSubscribedEventType, type SubscribedEventType } from '@/lib/core/ports/payment-events'
import type { ClaimedEvent } from './claim-events'
import { syncDefaultPaymentMethod } from './sync-default-payment-method'
import { syncPayment } from './sync-payment'
import { syncReturns } from './sync-returns'
import { syncSubscription } from './sync-subscription'

/** What the events of one group turned into. `marked`: the deed itself has ended their rows. */
export type Outcome = Readonly<
  { state: 'done'; marked: boolean } | { state: 'ignored' | 'quarantined'; reason: string; marked: boolean }
>

/** Events about one thing, that one read of it answers. */
export type EventGroup = Readonly<{ subject: string; sync: Sync; events: readonly ClaimedEvent[] }>

/** Reads `group.subject` from the provider again and converges on it. May run any number of times, in any order. */
export type Sync = (ctx: Context, group: EventGroup) => Promise<Outcome>

/** What every subscribed type makes us do. What is not here is stored and ignored. */
const SYNCS: Readonly<Record<SubscribedEventType, Sync>> = {
  'checkout.session.completed': syncPayment,
  'checkout.session.async_payment_succeeded': syncPayment,
  'checkout.session.async_payment_failed': syncPayment,
  'checkout.session.expired': syncPayment,
  'invoice.paid': syncPayment,
  'invoice.payment_failed': syncPayment,
  'invoice.voided': syncPayment,
  'invoice.marked_uncollectible': syncPayment,
  'payment_intent.succeeded': syncPayment,
  'payment_method.attached': syncDefaultPaymentMethod,
  'customer.subscription.created': syncSubscription,
  'customer.subscription.updated': syncSubscription,
  'customer.subscription.deleted': syncSubscription,
  'refund.created': syncReturns,
  'refund.updated': syncReturns,
  'refund.failed': syncReturns,
  'charge.dispute.created': syncReturns,
  'charge.dispute.updated': syncReturns,
  'charge.dispute.funds_withdrawn': syncReturns,
  'charge.dispute.funds_reinstated': syncReturns,
  'charge.dispute.closed': syncReturns,
  'radar.early_fraud_warning.created': syncReturns,
  'radar.early_fraud_warning.updated': syncReturns,
}

const ignore: Sync = () => Promise.resolve({ state: 'ignored', reason: 'type_not_handled', marked: false })

/** Sorts events so that each thing is read once, however many events speak of it. */
export function groupEvents(events: readonly ClaimedEvent[]): readonly EventGroup[] {
  const groups = new Map<string, { subject: string; sync: Sync; events: ClaimedEvent[] }>()
  for (const event of events) {
    const sync = isSubscribedEventType(event.type) ? SYNCS[event.type] : ignore
    const subject = sync === ignore || event.subject === null ? `event:${event.id}` : event.subject
    const group = groups.get(subject) ?? { subject, sync, events: [] }
    group.events.push(event)
    groups.set(subject, group)
  }
  return [...groups.values()]
}

import type { Body, Row } from '../store/kinds'
import type { Unit } from '../store/unit'
import { changedFields } from '../resources/changed-fields'
import type { SubscriptionHidden } from './subscription-hidden'

export type Subscription = Body<'subscription'>

const HOUR = 3600
/** How long a first invoice may stay unpaid. */
export const INCOMPLETE_SECONDS = 23 * HOUR

/** How long before a renewal `invoice.upcoming` comes, in seconds. */
const ANNOUNCED_SECONDS = 7 * 24 * HOUR

export const isLive = ({ status }: Subscription): boolean =>
  ['active', 'past_due', 'unpaid', 'trialing'].includes(status)

export const periodEndOf = ({ items }: Subscription): number =>
  Math.min(...items.data.map((item) => item.current_period_end))

/** Keeps a subscription, to be woken when time does something to it. Says nothing. */
export function saveSubscription(unit: Unit, body: Subscription, hidden: SubscriptionHidden): Subscription {
  return unit.save('subscription', body, { hidden, due: dueOf(body, hidden, unit.now) })
}

/** Keeps a changed subscription, and says what changed, if anything did. */
export function updateSubscription(
  unit: Unit,
  before: Row<'subscription'>,
  body: Subscription,
  hidden: SubscriptionHidden = before.hidden,
): Subscription {
  saveSubscription(unit, body, hidden)
  const previous = changedFields(before.body, body)
  if (previous !== null) unit.emit('customer.subscription.updated', body, previous)
  return body
}

/** The next moment at which something happens to it by itself; null where nothing will. */
function dueOf(body: Subscription, hidden: SubscriptionHidden, now: number): number | null {
  if (body.status === 'incomplete') return body.created + INCOMPLETE_SECONDS
  if (!isLive(body)) return null
  const end = periodEndOf(body)
  const announcement = end - ANNOUNCED_SECONDS
  const announces = hidden.announcedEnd !== end && body.cancel_at === null
  const moments = [end, ...(announces ? [Math.max(announcement, now)] : [])]
  if (body.pending_update !== null) moments.push(body.pending_update.expires_at)
  return Math.min(...moments)
}

import { convergeSubscription } from '@/lib/core/subscriptions/converge-subscription'
import { tryToFollowNumbers } from '@/lib/core/subscriptions/follow-numbers'
import type { Sync } from './handlers'
import { parseSubject } from './subject'

/** Whatever happened to a subscription: it is read again, and what follows from it is done. */
export const syncSubscription: Sync = async (ctx, group) => {
  const { kind, id } = parseSubject(group.subject)
  if (kind !== 'subscription') return { state: 'ignored', reason: 'no_subscription', marked: false }
  const reading = await convergeSubscription(ctx, id)
  if (reading.kind === 'quarantined') return { state: 'quarantined', reason: reading.reason, marked: false }
  await tryToFollowNumbers(ctx, reading.accountId)
  return { state: 'done', marked: false }
}

import type { Container } from '@/lib/server/container'
import { claimEvents } from '@/lib/webhooks/claim-events'
import { RECURRING_JOBS, type JobName } from './recurring-jobs'
import { runEvents } from './run-events'

/** What comes round by business time, in the order in which one feeds the next. */
const DUE_BY_BUSINESS_TIME: readonly JobName[] = [
  'sweep-events',
  'recheck-orders',
  'resolve-purchases',
  'resolve-refunds',
  'expire-credit',
  'grant-allowances',
  'take-rent',
  'top-up-accounts',
  'release-numbers',
  'tell-low-balances',
  'tell-renewals',
  'send-mail',
]

/** Works off all events that are due now, and nothing else. @returns how many were worked on. */
export async function drainInbox(container: Container): Promise<number> {
  let worked = 0
  for (;;) {
    const events = await claimEvents(container.databases.app, 100)
    if (events.length === 0) return worked
    await runEvents(container, events)
    worked += events.length
  }
}

/**
 * Does now, once and in this process, what a worker would get to by and by: for scripts that move the clock and then
 * want to see the end of it. @throws what a job throws, where a worker would log it and try again
 */
export async function drainJobs(container: Container): Promise<void> {
  for (const name of DUE_BY_BUSINESS_TIME) await RECURRING_JOBS[name].run(container)
  await drainInbox(container)
  // What the events told of is followed up: what a subscription's next invoice is to collect, above all.
  await RECURRING_JOBS['recheck-subscriptions'].run(container)
}

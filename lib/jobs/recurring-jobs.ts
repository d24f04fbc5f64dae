import type { Container } from '@/lib/server/container'
import { checkBooks } from './check-books'
import { cleanUp } from './clean-up'
import { expireCredit } from './expire-credit'
import { grantAllowances } from './grant-allowances'
import { handBackClaims } from './hand-back-numbers'
import { probeWebhook } from './probe-webhook'
import { recheckOrders } from './recheck-orders'
import { reconcileBooks, reconcileLongAgo } from './reconcile-books'
import { releaseNumbers } from './release-numbers'
import { resolvePurchases } from './resolve-purchases'
import { resolveRefunds } from './resolve-refunds'
import { sendMail } from './send-mail'
import { recheckSubscriptions } from './recheck-subscriptions'
import { sweepEvents } from './sweep-events'
import { takeRent } from './take-rent'
import { tellOfExpiringCards } from './tell-expiring-cards'
import { tellOfLowBalances } from './tell-low-balances'
import { tellOfRenewals } from './tell-renewals'
import { topUpAccounts } from './top-up-accounts'

const MINUTE = 60
const DAY = 24 * 60 * MINUTE

/** Work that comes round: how often, in real seconds, and what. Every one may run twice, or be cut off, unharmed. */
export type RecurringJob = Readonly<{
  everySeconds: number
  /** Run as soon as a worker starts, whenever it ran last. */
  atStart: boolean
  /** What it found and did, for the log. */
  run(container: Container): Promise<Readonly<Record<string, unknown>>>
}>

/**
 * What Stripe lists as events is read before, so that a payment counts as one that no event told of only if none will yet.
 * The comparison needs none of it, and goes on where it fails.
 */
const afterSweep =
  (run: RecurringJob['run']): RecurringJob['run'] =>
  async (container) => {
    await sweepEvents(container).catch((err: unknown) => {
      container.log.warn({ err }, 'the books are compared before all events were read')
    })
    return run(container)
  }

export const RECURRING_JOBS = {
  'sweep-events': { everySeconds: 3 * MINUTE, atStart: true, run: sweepEvents },
  'resolve-purchases': { everySeconds: 10, atStart: true, run: resolvePurchases },
  'resolve-refunds': { everySeconds: 10, atStart: true, run: resolveRefunds },
  'recheck-orders': { everySeconds: MINUTE, atStart: true, run: recheckOrders },
  'recheck-subscriptions': { everySeconds: MINUTE, atStart: true, run: recheckSubscriptions },
  'expire-credit': { everySeconds: MINUTE, atStart: true, run: expireCredit },
  'grant-allowances': { everySeconds: 10, atStart: true, run: grantAllowances },
  'take-rent': { everySeconds: MINUTE, atStart: true, run: takeRent },
  'top-up-accounts': { everySeconds: 5, atStart: true, run: topUpAccounts },
  'release-numbers': { everySeconds: MINUTE, atStart: true, run: releaseNumbers },
  'tell-low-balances': { everySeconds: MINUTE, atStart: true, run: tellOfLowBalances },
  'tell-renewals': { everySeconds: 5 * MINUTE, atStart: true, run: tellOfRenewals },
  'tell-expiring-cards': { everySeconds: MINUTE, atStart: false, run: tellOfExpiringCards },
  'send-mail': { everySeconds: 10, atStart: true, run: sendMail },
  'hand-back-numbers': { everySeconds: MINUTE, atStart: true, run: handBackClaims },
  'probe-webhook': { everySeconds: 5 * MINUTE, atStart: false, run: probeWebhook },
  'clean-up': { everySeconds: 60 * MINUTE, atStart: false, run: cleanUp },
  'reconcile-books': { everySeconds: 60 * MINUTE, atStart: true, run: afterSweep(reconcileBooks) },
  'reconcile-long-ago': { everySeconds: DAY, atStart: false, run: afterSweep(reconcileLongAgo) },
  'check-books': { everySeconds: DAY, atStart: false, run: checkBooks },
} satisfies Readonly<Record<string, RecurringJob>>

export type JobName = keyof typeof RECURRING_JOBS

export const JOB_NAMES = Object.keys(RECURRING_JOBS).filter(isJobName)

export function isJobName(name: string): name is JobName {
  return Object.hasOwn(RECURRING_JOBS, name)
}

import { z } from 'zod'
import type { Unit } from '../store/unit'

/** What Stripe's dashboard sets for failed payments of subscriptions. */
export const RETRY_SETTINGS = z.strictObject({
  /** Days from one attempt to the next; as many retries as there are days. */
  retryDays: z.array(z.number().int().min(1).max(60)).max(8),
  /** What becomes of the subscription when the last retry has failed. */
  whenRetriesFail: z.enum(['cancel', 'unpaid', 'past_due']),
})

export type RetrySettings = z.infer<typeof RETRY_SETTINGS>

/** Three retries, 3, 5 and 7 days after one another, then the end. */
const RETRIES_BY_DEFAULT: RetrySettings = { retryDays: [3, 5, 7], whenRetriesFail: 'cancel' }

export const RETRY_SETTINGS_NAME = 'retries'

export async function readRetrySettings(unit: Unit): Promise<RetrySettings> {
  const kept = await unit.setting(RETRY_SETTINGS_NAME)
  return kept === null ? RETRIES_BY_DEFAULT : RETRY_SETTINGS.parse(JSON.parse(kept))
}

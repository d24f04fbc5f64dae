import { z } from 'zod'
import type { Clock } from '@/lib/kit/clock'
import { BillingError } from '@/lib/kit/errors'

const answer = z.object({ now: z.iso.datetime({ offset: true }).transform((text) => new Date(text)) })

/**
 * Business time as another program tells it (CLOCK_URL): a demo and its tests move a year in one step.
 * Its `read` throws BillingError `database_unavailable` when nobody answers: without the time nothing can be booked.
 */
export function httpClock(url: string): Clock {
  return {
    read: async () => {
      try {
        const response = await fetch(url, { cache: 'no-store', signal: AbortSignal.timeout(2_000) })
        return answer.parse(await response.json()).now
      } catch (cause) {
        throw new BillingError('database_unavailable', 'Temporarily unavailable. Try again shortly.', {
          cause,
          internal: 'the clock at CLOCK_URL does not answer',
          retryAfterSeconds: 5,
        })
      }
    },
  }
}

import { reportUsage } from '@/lib/core/usage/report-usage'
import { endpoint } from '@/lib/http/endpoint'
import { route } from '@/lib/http/route'
import { dial } from './errors'
import { usageRequest } from './usage-contract'
import { presentUsageResults, readUsageEvent, reportsOf } from './usage-translate'

/** A batch of the largest size, with room for long ids. */
const BODY_BYTES_MAX = 1024 * 1024

/** /api/v1/usage. The events' own ids do what an Idempotency-Key does elsewhere. */
export const usage = endpoint(dial, {
  POST: route({
    dialect: dial,
    scope: 'usage:write',
    body: usageRequest,
    bodyAllowance: { bytesMax: BODY_BYTES_MAX, textIsJudgedBySchema: true },
    handler: async (ctx, { body }) => {
      const events = body.map(readUsageEvent)
      return presentUsageResults(events, await reportUsage(ctx, reportsOf(events)))
    },
  }),
})

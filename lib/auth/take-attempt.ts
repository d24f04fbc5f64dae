import { z } from 'zod'
import { callDatabase } from '@/lib/db/call'
import type { Database } from '@/lib/db/client'
import { rateLimited } from './identify'
import type { Limit } from './limits'

const answer = z.object({ wait_seconds: z.number().nullable() })

/** Takes one attempt from each bucket, for callers who are nobody yet. @throws BillingError `rate_limited` */
export async function takeAttempt(
  db: Database,
  buckets: readonly Readonly<{ name: string; limit: Limit }>[],
): Promise<void> {
  for (const { name, limit } of buckets) {
    const [row] = await callDatabase(
      db,
      (sql) => sql`select take_from_bucket(${name}, ${limit.perMinute}, ${limit.burst}) as wait_seconds`,
    )
    const { wait_seconds: waitSeconds } = answer.parse(row)
    if (waitSeconds !== null) throw rateLimited(waitSeconds)
  }
}

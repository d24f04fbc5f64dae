import { callDatabase } from '@/lib/db/call'
import type { Database } from '@/lib/db/client'
import type { ClaimCalls } from './limiter'

const DATABASE_WAIT_MS = 3_000

/**
 * The shared budget in PostgreSQL, one round trip: `callsPerSecond` an endpoint, a quarter of it in a burst.
 * @throws BillingError `database_unavailable`
 */
export function claimCallsIn(db: Database, callsPerSecond: number): ClaimCalls {
  return async (endpoint, wanted, priority) => {
    const [row] = await callDatabase(
      db,
      (sql) => sql<{ granted: number; wait_ms: number }[]>`
        select granted, wait_ms
          from claim_provider_calls(${[endpoint]}::text[], ${wanted}, ${priority === 'purchase'}, ${callsPerSecond})`,
      DATABASE_WAIT_MS,
    )
    return { granted: row?.granted ?? 0, waitMs: row?.wait_ms ?? 1000 }
  }
}

import type { Sql } from '@/lib/db/client'
import type { ClaimCalls } from './limiter'

/** The shared budget in PostgreSQL: one round trip, at most `callsPerSecond` and a quarter of it in a burst an endpoint. */
export function claimCallsIn(sql: Sql, callsPerSecond: number): ClaimCalls {
  return async (endpoint, wanted, priority) => {
    const [row] = await sql<{ granted: number; wait_ms: number }[]>`
      select granted, wait_ms
        from claim_provider_calls(${[endpoint]}::text[], ${wanted}, ${priority === 'purchase'}, ${callsPerSecond})`
    return { granted: row?.granted ?? 0, waitMs: row?.wait_ms ?? 1000 }
  }
}

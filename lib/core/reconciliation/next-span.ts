import { callDatabase } from '@/lib/db/call'
import type { Instant } from '@/lib/kit/clock'
import { requireSystem } from '../actor'
import type { Context } from '../context'

/** Compared again each time: what the provider lists a little late. */
const OVERLAP_MS = 2 * 60 * 60 * 1000
/** What happened just now may still be on its way into the books. */
const UNDER_WAY_MS = 60 * 1000

type Span = Readonly<{ since: Instant; until: Instant }>

/**
 * What is to be compared next: from a little before where the comparisons have come to, or from the first order on, until
 * a moment ago. Null where there is nothing yet.
 */
export async function nextSpan(ctx: Context): Promise<Span | null> {
  requireSystem(ctx.actor)
  const [row] = await callDatabase(
    ctx.db,
    (sql) => sql<{ since: Date | null }[]>`
      select coalesce((select matched_until from reconciliation_state),
        least((select min(created_at) from credit_order), (select min(created_at) from subscription_order))) as since`,
  )
  if (row?.since == null) return null
  const since = new Date(row.since.getTime() - OVERLAP_MS)
  const until = new Date(ctx.now().getTime() - UNDER_WAY_MS)
  return since < until ? { since, until } : null
}

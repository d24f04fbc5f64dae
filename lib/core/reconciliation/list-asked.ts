import { callDatabase } from '@/lib/db/call'
import type { Instant } from '@/lib/kit/clock'
import { requireSystem } from '../actor'
import type { Context } from '../context'

/** Comparisons that staff have asked for and nobody has begun, the oldest first. */
export async function listAsked(
  ctx: Context,
): Promise<readonly Readonly<{ id: string; since: Instant; until: Instant }>[]> {
  requireSystem(ctx.actor)
  return callDatabase(
    ctx.db,
    (sql) => sql<{ id: string; since: Date; until: Date }[]>`
      select id, since, until from reconciliation where state = 'asked' order by requested_at limit 20`,
  )
}

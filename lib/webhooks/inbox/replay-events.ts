import { actorName, requireStaff } from '@/lib/core/actor'
import type { Context } from '@/lib/core/context'
import { callDatabase } from '@/lib/db/call'
import { newId } from '@/lib/kit/ids'

/** More than this at once would stand in the way of what arrives meanwhile. */
const EVENTS_MAX = 1000

/**
 * Has events worked on again, as if they had just arrived: harmless however often, since each only says what to read
 * again. What still waits untried is left as it is. Written to the audit log. @returns how many were put back
 * @throws BillingError `forbidden`, `database_unavailable`
 */
export async function replayEvents(
  ctx: Context,
  input: Readonly<{
    /** `needing_staff`: those that were quarantined or given up, the oldest 1,000 of them. */
    events: readonly string[] | 'needing_staff'
    reason: string | null
  }>,
): Promise<number> {
  const staff = requireStaff(ctx.actor, 'staff:write')
  const { events, reason } = input
  const actor = actorName(ctx.actor)
  const key = newId('act')
  const [row] = await callDatabase(
    ctx.db,
    (sql) => sql<{ replayed: number }[]>`
      select cardinality(replay_events(
        ${
          events === 'needing_staff'
            ? sql`array(select id from stripe_event where state in ('quarantined', 'dead')
                order by received_at limit ${EVENTS_MAX})`
            : sql`${events.slice(0, EVENTS_MAX)}::text[]`
        }, ${actor}, ${staff}, ${reason}, ${ctx.now()}, ${key})) as replayed`,
  )
  return row?.replayed ?? 0
}

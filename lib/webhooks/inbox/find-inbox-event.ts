import { requireStaff } from '@/lib/core/actor'
import type { Context } from '@/lib/core/context'
import { callDatabase } from '@/lib/db/call'
import { inboxEvent, NO_EFFECT, readEffects, type InboxEvent } from './inbox-event'

/**
 * One event with its JSON, as it was received, indented; null where there is no such event.
 * @throws BillingError `forbidden`, `database_unavailable`
 */
export async function findInboxEvent(
  ctx: Context,
  eventId: string,
): Promise<(InboxEvent & Readonly<{ payload: string }>) | null> {
  requireStaff(ctx.actor, 'staff:read')
  const [row] = await callDatabase(
    ctx.db,
    (sql) => sql<{ payload: unknown }[]>`
      select id, type, subject, state, reason, attempts, source, livemode, api_version, due_at, stripe_created_at, received_at,
          done_at, to_char(received_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as received_exactly, payload
        from stripe_event where id = ${eventId}`,
  )
  if (row === undefined) return null
  const effects = await readEffects(ctx.db, [eventId])
  return {
    ...inboxEvent.parse(row),
    effect: effects.get(eventId) ?? NO_EFFECT,
    payload: JSON.stringify(row.payload, null, 2),
  }
}

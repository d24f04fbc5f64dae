import { requireStaff } from '@/lib/core/actor'
import type { Context } from '@/lib/core/context'
import { callDatabase } from '@/lib/db/call'
import { inboxEvent, NO_EFFECT, readEffects, type InboxEvent } from './inbox-event'

/**
 * One event with its JSON, as it was received but for what opens a door by itself, indented; null where there is no such
 * event.
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
      select id, type, subject, state, reason, attempts, failures, source, livemode, api_version, due_at, stripe_created_at, received_at,
          done_at, to_char(received_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as received_exactly, payload
        from stripe_event where id = ${eventId}`,
  )
  if (row === undefined) return null
  const effects = await readEffects(ctx.db, [eventId])
  return {
    ...inboxEvent.parse(row),
    effect: effects.get(eventId) ?? NO_EFFECT,
    payload: JSON.stringify(row.payload, withoutSecrets, 2),
  }
}

/** What pays, confirms or signs someone in, for whoever has it. */
const SECRETS = new Set(['client_secret', 'secret', 'hosted_invoice_url', 'invoice_pdf', 'receipt_url'])

/** Pages of Checkout and of the portal are called `url`; that of a list is a path, and opens nothing. */
function withoutSecrets(name: string, value: unknown): unknown {
  if (typeof value !== 'string') return value
  return SECRETS.has(name) || (name === 'url' && value.startsWith('http')) ? '(not shown)' : value
}

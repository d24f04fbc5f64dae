import { z } from 'zod'
import { requireStaff } from '@/lib/core/actor'
import type { InboxFilter } from '@/lib/core/console/inbox-filters'
import type { Context } from '@/lib/core/context'
import { callDatabase } from '@/lib/db/call'
import type { Sql } from '@/lib/db/client'
import { isExactInstant } from '@/lib/kit/exact-instant'
import { inboxEvent, NO_EFFECT, readEffects, type InboxEvent } from './inbox-event'

type Query = Readonly<{
  filter: InboxFilter
  /** An event's id, the id of what it is about, or a type; null: any. */
  about: string | null
  /** `nextCursor` of the page before; null: from the newest. One that is none: from the newest, too. */
  cursor: string | null
  limit: number
}>

type InboxPage = Readonly<{ events: readonly InboxEvent[]; nextCursor: string | null }>

/**
 * One page of the events that were received, the newest first, with what each has led to. Whatever arrives meanwhile, no
 * event is on two pages.
 * @throws BillingError `forbidden`, `database_unavailable`
 */
export async function listInbox(ctx: Context, { filter, about, cursor, limit }: Query): Promise<InboxPage> {
  requireStaff(ctx.actor, 'staff:read')
  const before = parseCursor(cursor)
  const rows = await callDatabase(
    ctx.db,
    (sql) => sql`
      select id, type, subject, state, reason, attempts, failures, source, livemode, api_version, due_at, stripe_created_at, received_at,
          done_at, to_char(received_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as received_exactly
        from stripe_event
       where ${inState(sql, filter)} and ${isAbout(sql, about)}
         and (${before?.at ?? null}::text::timestamptz is null or (received_at, id) < (${before?.at ?? null}::text::timestamptz, ${before?.id ?? ''}))
       order by received_at desc, id desc limit ${limit + 1}`,
  )
  const found = z.array(inboxEvent).parse([...rows])
  const shown = found.slice(0, limit)
  const effects = await readEffects(
    ctx.db,
    shown.map(({ id }) => id),
  )
  const last = found.length > limit ? shown.at(-1) : undefined
  return {
    events: shown.map((event) => ({ ...event, effect: effects.get(event.id) ?? NO_EFFECT })),
    nextCursor: last === undefined ? null : `${last.receivedExactly}~${last.id}`,
  }
}

/** Written out, so that each finds its own index. */
function inState(sql: Sql, filter: InboxFilter) {
  switch (filter) {
    case 'all':
      return sql`true`
    case 'waiting':
      return sql`state in ('received', 'failed')`
    case 'staff':
      return sql`state in ('quarantined', 'dead')`
    case 'done':
      return sql`state = 'done'`
    case 'ignored':
      return sql`state = 'ignored'`
  }
}

/** What an event may be about, as the inbox names it. */
const OBJECTS = [
  'invoice',
  'checkout',
  'subscription',
  'payment_intent',
  'customer',
  'charge',
  'refund',
  'dispute',
]

function isAbout(sql: Sql, about: string | null) {
  if (about === null) return sql`true`
  if (about.startsWith('evt_')) return sql`id = ${about}`
  if (about.includes('.')) return sql`type = ${about}`
  return sql`(
    subject = any (${OBJECTS.map((object) => `${object}:${about}`)})
    or subject = (select 'returns:' || stripe_payment_id from payment_return where id = ${about}))`
}

function parseCursor(cursor: string | null): Readonly<{ at: string; id: string }> | null {
  const [, at, id] = /^([^~]+)~(\w{1,255})$/.exec(cursor ?? '') ?? []
  return at === undefined || id === undefined || !isExactInstant(at) ? null : { at, id }
}

import { callDatabase } from '@/lib/db/call'
import type { Database } from '@/lib/db/client'
import { VERSION_DIFFERS, type EventSource, type InboxEvent } from './parse-event'

/** What PostgreSQL's NOTIFY calls "there is something in the inbox". */
export const INBOX_CHANNEL = 'stripe_event'

/**
 * Puts events into the inbox, in one round trip, and wakes the worker if any of them is new. The row is the job: once
 * this returns, the event will be worked on, whatever happens to this process. An event that is there already changes
 * nothing, except that one delivered again after we gave it up is taken up again, and so is one that lay quarantined
 * for its version and is now delivered in ours.
 * @returns the ids that were new. @throws BillingError `database_unavailable`
 */
export async function storeEvents(
  db: Database,
  source: EventSource,
  events: readonly InboxEvent[],
  budgetMs?: number,
): Promise<ReadonlySet<string>> {
  if (events.length === 0) return new Set()
  const column = <T>(pick: (event: InboxEvent) => T): T[] => events.map(pick)
  const [row] = await callDatabase(
    db,
    (sql) => sql<{ stored: string[] }[]>`
      with given as (
        select * from unnest(
          ${column((event) => event.id)}::text[], ${column((event) => event.type)}::text[],
          ${column((event) => event.subject)}::text[], ${column((event) => event.livemode?.toString() ?? null)}::text[],
          ${column((event) => event.apiVersion)}::text[], ${column((event) => event.payload)}::text[],
          ${column((event) => event.quarantine)}::text[],
          ${column((event) => event.createdAt.toISOString())}::text[]
        ) as given (id, type, subject, livemode, api_version, payload, quarantine, created_at)
      ), stored as (
        insert into stripe_event
          (id, type, subject, livemode, api_version, source, payload, state, reason, stripe_created_at)
        select id, type, subject, livemode::boolean, api_version, ${source}, payload::json,
               case when quarantine is null then 'received' else 'quarantined' end, quarantine, created_at::timestamptz
          from given
        on conflict (id) do nothing
        returning id
      ), revived as (
        update stripe_event known
           set state = 'received', attempts = 0, failures = 0, due_at = clock_timestamp(), received_at = clock_timestamp(),
               reason = null, source = ${source}, subject = given.subject, api_version = given.api_version,
               payload = given.payload::json
          from given
         where ${source} = 'webhook' and known.id = given.id and given.quarantine is null
           and (known.state = 'dead' or (known.state = 'quarantined' and known.reason = ${VERSION_DIFFERS}))
        returning known.id
      ), woken as (
        select pg_notify(${INBOX_CHANNEL}, '')
         where exists (select from stored) or exists (select from revived)
      )
      select array(select id from stored) as stored, (select count(*) from woken) as woken`,
    budgetMs,
  )
  return new Set(row?.stored)
}

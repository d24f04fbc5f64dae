import { callDatabase } from '@/lib/db/call'
import type { Database } from '@/lib/db/client'

/** A claimed event is another worker's once its lease is over: what a killed worker held is taken up after this. */
export const LEASE_SECONDS = 15

/** A row of the inbox in a worker's hands. */
export type ClaimedEvent = Readonly<{
  id: string
  type: string
  subject: string | null
  /** Attempts that ended with their worker and not with an outcome; this one counted, which has not ended yet. */
  unended: number
}>

/** Takes up to `limit` due events, the longest due first. No two workers get the same one while its lease lasts. */
export async function claimEvents(db: Database, limit: number): Promise<readonly ClaimedEvent[]> {
  return callDatabase(
    db,
    (sql) => sql<ClaimedEvent[]>`
      with due as materialized (
        select id from stripe_event
         where state in ('received', 'failed') and due_at <= clock_timestamp()
         order by due_at limit ${limit}
           for update skip locked
      )
      update stripe_event e
         set attempts = e.attempts + 1, due_at = clock_timestamp() + make_interval(secs => ${LEASE_SECONDS})
        from due where e.id = due.id
      returning e.id, e.type, e.subject, e.attempts - e.failures as unended`,
  )
}

/** Keeps events that are still being worked on: called well before their lease ends. */
export async function extendLeases(db: Database, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return
  await callDatabase(
    db,
    (sql) => sql`
      update stripe_event set due_at = clock_timestamp() + make_interval(secs => ${LEASE_SECONDS})
       where id = any (${[...ids]}) and state in ('received', 'failed')`,
  )
}

/** Gives events back untried, for the next worker to take at once. */
export async function returnEvents(db: Database, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return
  await callDatabase(
    db,
    (sql) => sql`
      update stripe_event set due_at = clock_timestamp(), attempts = greatest(0, attempts - 1)
       where id = any (${[...ids]}) and state in ('received', 'failed')`,
  )
}

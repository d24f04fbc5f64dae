import { callDatabase } from '@/lib/db/call'
import type { Database } from '@/lib/db/client'

/** An event that failed this often is given up and reported; staff, or a delivery by hand, can revive it. */
export const FAILURES_MAX = 10

/** After so many attempts that never ended an event is worked on alone: what takes its worker down takes no other with it. */
export const UNENDED_TOGETHER_MAX = 2
/** An event whose attempts never ended this often is given up too: it takes its worker down each time. */
export const UNENDED_MAX = 50

export type FinalState = 'done' | 'ignored' | 'quarantined' | 'dead'

/** Ends work on events. What another worker has ended already stays as it is. */
export async function finishEvents(
  db: Database,
  ids: readonly string[],
  state: FinalState,
  reason: string | null,
): Promise<void> {
  await callDatabase(
    db,
    (sql) => sql`
      update stripe_event
         set state = ${state}, reason = ${reason}, done_at = case when ${state} <> 'dead' then clock_timestamp() end
       where id = any (${[...ids]}) and state in ('received', 'failed')`,
  )
}

/**
 * Puts events off after a failure of their own, for twice as long each time, up to ten minutes and give or take a
 * half; the tenth failure ends them. @returns the ids of those that are now dead.
 */
export async function failEvents(
  db: Database,
  ids: readonly string[],
  reason: string,
): Promise<readonly string[]> {
  const failed = await callDatabase(
    db,
    (sql) => sql<{ id: string; state: string }[]>`
      update stripe_event
         set state = case when failures + 1 >= ${FAILURES_MAX} then 'dead' else 'failed' end,
             failures = failures + 1,
             due_at = clock_timestamp()
               + make_interval(secs => least(600, 2 ^ (failures + 1)) * (0.5 + random())),
             reason = ${reason}
       where id = any (${[...ids]}) and state in ('received', 'failed')
      returning id, state`,
  )
  return failed.filter((event) => event.state === 'dead').map((event) => event.id)
}

/** The reason of an event that waits for the operator: the provider refuses us, whatever we ask. */
export const MISCONFIGURED = 'provider_misconfigured'

/**
 * Puts events off because something they need is away: that is no failure of theirs and never ends them. An outage may
 * be over in seconds; for the operator they wait the longer the longer they have waited, but no more than 90 seconds.
 */
export async function postponeEvents(db: Database, ids: readonly string[], reason: string): Promise<void> {
  await callDatabase(
    db,
    (sql) => sql`
      update stripe_event
         set state = 'failed', attempts = greatest(0, attempts - 1), reason = ${reason},
             due_at = clock_timestamp() + make_interval(secs => case
               when ${reason} = ${MISCONFIGURED}
               then least(60, 6 + extract(epoch from clock_timestamp() - received_at) / 10) * (0.5 + random())
               else 3 + 7 * random() end)
       where id = any (${[...ids]}) and state in ('received', 'failed')`,
  )
}

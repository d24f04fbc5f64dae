import { z } from 'zod'
import { requireStaff } from '@/lib/core/actor'
import type { Context } from '@/lib/core/context'
import { callDatabase } from '@/lib/db/call'
import type { Instant } from '@/lib/kit/clock'
import { decideInboxLight, type InboxFacts, type InboxLight } from './decide-inbox-light'

export type InboxHealth = InboxFacts &
  Readonly<{
    light: InboxLight
    /** Events that wait to be worked on for the first time, or again. */
    waiting: number
    lastEventAt: Instant | null
    /** How far Stripe's own list of events has been read, by its clock; null before the first time. */
    sweptTo: Instant | null
  }>

const health = z.object({
  last_event_at: z.date().nullable(),
  last_event_age: z.number().nullable(),
  longest_wait: z.number(),
  lag: z.number(),
  waiting: z.number(),
  failing: z.number(),
  quarantined: z.number(),
  dead: z.number(),
  unheard: z.number(),
  swept_to: z.date().nullable(),
})

/** How the inbox is doing, at this moment. @throws BillingError `forbidden`, `database_unavailable` */
export async function getInboxHealth(ctx: Context): Promise<InboxHealth> {
  requireStaff(ctx.actor, 'staff:read')
  const [row] = await callDatabase(
    ctx.db,
    (sql) => sql`
      select newest.received_at as last_event_at,
          extract(epoch from clock_timestamp() - newest.received_at)::float8 as last_event_age,
          coalesce(extract(epoch from clock_timestamp() - open.received_at), 0)::float8 as longest_wait,
          greatest(0, coalesce(extract(epoch from clock_timestamp() - open.due_at), 0))::float8 as lag,
          open.waiting, open.failing, staff.quarantined, staff.dead,
          coalesce((select unheard from reconciliation where state = 'done' order by requested_at desc limit 1), 0) as unheard,
          (select swept_to from stripe_sweep) as swept_to
        from (select max(received_at) as received_at from stripe_event) as newest
        cross join (
          select min(received_at) as received_at, min(due_at) as due_at, count(*)::int as waiting,
              count(*) filter (where state = 'failed')::int as failing
            from stripe_event where state in ('received', 'failed')) as open
        cross join (
          select count(*) filter (where state = 'quarantined')::int as quarantined,
              count(*) filter (where state = 'dead')::int as dead
            from stripe_event where state in ('quarantined', 'dead')) as staff`,
  )
  const read = health.parse(row)
  const facts = {
    lastEventAgeSeconds: read.last_event_age,
    longestWaitSeconds: read.longest_wait,
    lagSeconds: read.lag,
    failing: read.failing,
    quarantined: read.quarantined,
    dead: read.dead,
    unheard: read.unheard,
  }
  return {
    ...facts,
    light: decideInboxLight(facts),
    waiting: read.waiting,
    lastEventAt: read.last_event_at,
    sweptTo: read.swept_to,
  }
}

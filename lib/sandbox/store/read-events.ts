import type postgres from 'postgres'
import { isRecord } from '../is-record'
import type { CreatedRange, Sql } from './store'

export type EventQuery = Readonly<{
  types: readonly string[] | null
  created: CreatedRange | undefined
  /** Whether every delivery has succeeded; null for all. */
  delivered: boolean | null
  limit: number
  startingAfter: string | undefined
  endingBefore: string | undefined
  /** Nothing older than this emulated second is told. */
  since: number
}>

type RawEvent = Readonly<{ id: string; body: unknown; unfinished: number }>

/** Newest first, each as Stripe shows it now: with the number of deliveries that have not succeeded. */
export async function readEvents(sql: Sql, query: EventQuery): Promise<object[]> {
  const backwards = query.endingBefore !== undefined
  const created = query.created ?? {}
  const unfinished = sql`(select count(*)::int from sandbox.deliveries d
                           where d.event_id = e.id and d.state <> 'delivered')`
  const raws = await sql<RawEvent[]>`
    select e.id, e.body, ${unfinished} as unfinished from sandbox.events e
     where e.created >= ${query.since}
       ${query.types === null ? sql`` : sql`and e.type = any(${[...query.types]})`}
       ${created.gt === undefined ? sql`` : sql`and e.created > ${created.gt}`}
       ${created.gte === undefined ? sql`` : sql`and e.created >= ${created.gte}`}
       ${created.lt === undefined ? sql`` : sql`and e.created < ${created.lt}`}
       ${created.lte === undefined ? sql`` : sql`and e.created <= ${created.lte}`}
       ${query.delivered === null ? sql`` : sql`and (${unfinished} = 0) = ${query.delivered}`}
       ${beyond(sql, query)}
     order by ${backwards ? sql`e.created, e.seq` : sql`e.created desc, e.seq desc`} limit ${query.limit}`
  const events = raws.map(shown)
  return backwards ? events.reverse() : events
}

export async function readEvent(sql: Sql, id: string): Promise<object | null> {
  const [raw] = await sql<RawEvent[]>`
    select e.id, e.body, (select count(*)::int from sandbox.deliveries d
                           where d.event_id = e.id and d.state <> 'delivered') as unfinished
      from sandbox.events e where e.id = ${id}`
  return raw === undefined ? null : shown(raw)
}

function shown(raw: RawEvent): object {
  return { ...(isRecord(raw.body) ? raw.body : {}), pending_webhooks: raw.unfinished }
}

/** What lies beyond the page's cursor, as a condition. */
function beyond(
  sql: Sql,
  { startingAfter, endingBefore }: EventQuery,
): postgres.PendingQuery<postgres.Row[]> {
  if (startingAfter !== undefined) {
    return sql`and (e.created, e.seq) < (select created, seq from sandbox.events where id = ${startingAfter})`
  }
  if (endingBefore !== undefined) {
    return sql`and (e.created, e.seq) > (select created, seq from sandbox.events where id = ${endingBefore})`
  }
  return sql``
}

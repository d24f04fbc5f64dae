import { fileURLToPath } from 'node:url'
import postgres from 'postgres'
import { isRecord } from '../is-record'
import { FILTERS, type Kind } from './kinds'
import { parseRow, type RawRow, type StoredRow } from './parse-row'
import type { JsonObject } from '../wire'

export type Sql = postgres.Sql

export type Filters = Readonly<Record<string, string | boolean | undefined>>
export type CreatedRange = Readonly<{ gt?: number; gte?: number; lt?: number; lte?: number }>

export type EventRecord = Readonly<{ id: string; type: string; created: number; body: JsonObject }>
export type DeliveryRecord = Readonly<{ id: string; eventId: string; endpointId: string }>
export type KeptAnswer = Readonly<{
  key: string
  fingerprint: string
  requestId: string
  status: number
  body: string
  created: number
}>

/** Raised where something has changed since it was read: run the whole request again. */
export class StaleRead extends Error {}

const OWNER_LOCK = 7_302_315

export function openStore(url: string): Sql {
  return postgres(url, {
    max: 10,
    onnotice: () => {},
    connect_timeout: 10,
    connection: { application_name: 'talktime-sandbox' },
  })
}

/**
 * Makes the tables, and makes sure that one program at a time serves this database: what is in flight is known to
 * that program only. Waits up to ten seconds for an earlier one to let go.
 * @returns a function that lets go. @throws Error where another program stays.
 */
export async function takeOwnership(sql: Sql): Promise<() => void> {
  const connection = await sql.reserve()
  for (let attempt = 0; attempt < 100; attempt++) {
    const [row] = await connection<{ taken: boolean }[]>`select pg_try_advisory_lock(${OWNER_LOCK}) as taken`
    if (row?.taken) {
      for (const file of ['tables.sql', 'commit.sql']) {
        await connection.file(fileURLToPath(new URL(file, import.meta.url)))
      }
      return () => connection.release()
    }
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  connection.release()
  throw new Error('Another local Stripe is serving this database. Stop it first.')
}

/** The values by which lists can find this object, such as `customer:cus_1`. */
export function linksOf(kind: Kind, body: unknown): string[] {
  return FILTERS[kind].flatMap((path) => {
    const anyCase = path.endsWith('~')
    const keys = (anyCase ? path.slice(0, -1) : path).split('.')
    return keys
      .reduce<unknown[]>((nodes, key) => nodes.flatMap((node) => inside(node, key)), [body])
      .flatMap((value) => {
        if (typeof value !== 'string' && typeof value !== 'boolean') return []
        return [`${path}:${anyCase ? String(value).toLowerCase() : String(value)}`]
      })
  })
}

function inside(node: unknown, key: string): unknown[] {
  const value = isRecord(node) ? node[key] : undefined
  return Array.isArray(value) ? value : [value]
}

export function linksWanted(filters: Filters): string[] {
  return Object.entries(filters).flatMap(([path, value]) => (value === undefined ? [] : [`${path}:${value}`]))
}

/** By id, deleted ones too; null where there is none of this kind. */
export async function readRow<K extends Kind>(sql: Sql, kind: K, id: string): Promise<StoredRow<K> | null> {
  const [raw] = await sql<RawRow[]>`
    select id, kind, version, deleted, body, hidden, token, claim, due from sandbox.objects where id = ${id}`
  return raw === undefined ? null : parseRow(kind, raw)
}

export async function readRowBy<K extends Kind>(
  sql: Sql,
  kind: K,
  column: 'token' | 'claim',
  value: string,
): Promise<StoredRow<K> | null> {
  const [raw] = await sql<RawRow[]>`
    select id, kind, version, deleted, body, hidden, token, claim, due from sandbox.objects
     where ${sql(column)} = ${value}`
  return raw === undefined ? null : parseRow(kind, raw)
}

export type ListQuery = Readonly<{
  filters?: Filters | undefined
  /** Links such as `status:canceled`; an object with any of them is left out. */
  without?: readonly string[] | undefined
  /** Links of which an object must have at least one. */
  anyOf?: readonly string[] | undefined
  created?: CreatedRange | undefined
  limit: number
  startingAfter?: string | undefined
  endingBefore?: string | undefined
}>

/**
 * Newest first, without the deleted. With `endingBefore`, the page just before that object. What has links is looked up
 * by them, in a step of its own: the planner takes any link for a common one, and would rather read all objects of the
 * kind from the newest on.
 */
export async function readRows<K extends Kind>(sql: Sql, kind: K, query: ListQuery): Promise<StoredRow<K>[]> {
  const backwards = query.endingBefore !== undefined
  const created = query.created ?? {}
  const links = linksWanted(query.filters ?? {})
  const objects =
    links.length === 0
      ? sql`sandbox.objects`
      : sql`(select * from sandbox.objects where links @> ${links}::text[] offset 0) as linked`
  const raws = await sql<RawRow[]>`
    select id, kind, version, deleted, body, hidden, token, claim, due from ${objects}
     where kind = ${kind} and not deleted
       ${query.without === undefined ? sql`` : sql`and not links && ${[...query.without]}::text[]`}
       ${query.anyOf === undefined ? sql`` : sql`and links && ${[...query.anyOf]}::text[]`}
       ${created.gt === undefined ? sql`` : sql`and created > ${created.gt}`}
       ${created.gte === undefined ? sql`` : sql`and created >= ${created.gte}`}
       ${created.lt === undefined ? sql`` : sql`and created < ${created.lt}`}
       ${created.lte === undefined ? sql`` : sql`and created <= ${created.lte}`}
       ${beyond(sql, query)}
     order by ${backwards ? sql`created, seq` : sql`created desc, seq desc`} limit ${query.limit}`
  const rows = raws.flatMap((raw) => parseRow(kind, raw) ?? [])
  return backwards ? rows.reverse() : rows
}

/** What lies beyond the page's cursor, as a condition. */
function beyond(sql: Sql, { startingAfter, endingBefore }: ListQuery): postgres.PendingQuery<postgres.Row[]> {
  if (startingAfter !== undefined) {
    return sql`and (created, seq) < (select created, seq from sandbox.objects where id = ${startingAfter})`
  }
  if (endingBefore !== undefined) {
    return sql`and (created, seq) > (select created, seq from sandbox.objects where id = ${endingBefore})`
  }
  return sql``
}

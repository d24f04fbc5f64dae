import postgres from 'postgres'
import { FILTERS, type Body, type Kind, type Kinds, type Row } from './kinds'
import { SCHEMA } from './schema'
import type { JsonObject } from '../wire'

export type Sql = postgres.Sql

/** A row with what the store needs to write it back. */
export type StoredRow<K extends Kind> = Row<K> &
  Readonly<{ id: string; kind: K; token: string | null; claim: string | null; due: number | null }>

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
      await connection.unsafe(SCHEMA)
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
    const value = path
      .split('.')
      .reduce<unknown>((node, key) => (isRecord(node) ? node[key] : undefined), body)
    return typeof value === 'string' || typeof value === 'boolean' ? [`${path}:${value}`] : []
  })
}

export function linksWanted(filters: Filters): string[] {
  return Object.entries(filters).flatMap(([path, value]) => (value === undefined ? [] : [`${path}:${value}`]))
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

type RawRow = Readonly<{
  id: string
  kind: string
  version: number
  deleted: boolean
  body: unknown
  hidden: unknown
  token: string | null
  claim: string | null
  due: string | null
}>

/**
 * The one place where stored JSON becomes typed. Sound because only `Unit.save` writes these columns, from values
 * of exactly these types, and the row's own `kind` column is compared first.
 */
export function parseRow<K extends Kind>(kind: K, raw: RawRow): StoredRow<K> | null {
  if (raw.kind !== kind) return null
  return {
    id: raw.id,
    kind,
    version: raw.version,
    deleted: raw.deleted,
    body: raw.body as Body<K>,
    hidden: raw.hidden as Kinds[K]['hidden'],
    token: raw.token,
    claim: raw.claim,
    due: raw.due === null ? null : Number(raw.due),
  }
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
  created?: CreatedRange | undefined
  limit: number
  startingAfter?: string | undefined
  endingBefore?: string | undefined
}>

/** Newest first, without the deleted. With `endingBefore`, the page just before that object. */
export async function readRows<K extends Kind>(sql: Sql, kind: K, query: ListQuery): Promise<StoredRow<K>[]> {
  const backwards = query.endingBefore !== undefined
  const created = query.created ?? {}
  const cursor = query.startingAfter ?? query.endingBefore
  const raws = await sql<RawRow[]>`
    select id, kind, version, deleted, body, hidden, token, claim, due from sandbox.objects
     where kind = ${kind} and not deleted
       and links @> ${linksWanted(query.filters ?? {})}::text[]
       ${created.gt === undefined ? sql`` : sql`and created > ${created.gt}`}
       ${created.gte === undefined ? sql`` : sql`and created >= ${created.gte}`}
       ${created.lt === undefined ? sql`` : sql`and created < ${created.lt}`}
       ${created.lte === undefined ? sql`` : sql`and created <= ${created.lte}`}
       ${
         cursor === undefined
           ? sql``
           : backwards
             ? sql`and (created, seq) > (select created, seq from sandbox.objects where id = ${cursor})`
             : sql`and (created, seq) < (select created, seq from sandbox.objects where id = ${cursor})`
       }
     order by ${backwards ? sql`created, seq` : sql`created desc, seq desc`} limit ${query.limit}`
  const rows = raws.flatMap((raw) => parseRow(kind, raw) ?? [])
  return backwards ? rows.reverse() : rows
}

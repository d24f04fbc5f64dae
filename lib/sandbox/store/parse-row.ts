import { isRecord } from '../is-record'
import type { Body, Kind, Kinds, Row } from './kinds'

/** A row with what the store needs to write it back. */
export type StoredRow<K extends Kind> = Row<K> &
  Readonly<{ id: string; kind: K; token: string | null; claim: string | null; due: number | null }>

export type RawRow = Readonly<{
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
 * The one place where stored JSON becomes typed; null where the row is of another kind. Sound because only
 * `Unit.save` writes these columns, from values of exactly these types, and the row's `kind` is compared first.
 */
export function parseRow<K extends Kind>(kind: K, raw: RawRow): StoredRow<K> | null {
  if (raw.kind !== kind || !isRecord(raw.body) || !isRecord(raw.hidden)) return null
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

/** Narrows a row to one kind; sound because the kind is compared. */
export function parseKind<K extends Kind>(kind: K, row: StoredRow<Kind> | null): StoredRow<K> | null {
  return row?.kind === kind ? (row as StoredRow<K>) : null
}

/**
 * A fixture as an object of its kind. Nothing checks it further: whoever loads a fixture vouches for its shape,
 * which is the point of loading an object that the API would not make.
 */
export function parseFixture<K extends Kind>(
  body: Readonly<{ id: string }>,
  hidden: object,
): Readonly<{ body: Body<K> & { id: string }; hidden: Kinds[K]['hidden'] }> {
  return { body: body as Body<K> & { id: string }, hidden: hidden as Kinds[K]['hidden'] }
}

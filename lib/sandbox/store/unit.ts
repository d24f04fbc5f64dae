import { newId } from '../ids'
import { plainObject } from '../plain-json'
import { API_VERSION, type JsonObject } from '../wire'
import type { Body, Kind, Kinds } from './kinds'
import { parseKind, type StoredRow } from './parse-row'
import { readEvent, readEvents, type EventQuery } from './read-events'
import {
  linksOf,
  linksWanted,
  readRow,
  readRowBy,
  readRows,
  StaleRead,
  type DeliveryRecord,
  type EventRecord,
  type KeptAnswer,
  type ListQuery,
  type Sql,
} from './store'

type SaveOptions<K extends Kind> = Readonly<{
  hidden?: Kinds[K]['hidden']
  /** Unguessable and unique: a page finds the object by it. */
  token?: string | null
  /** Unique among all objects, such as a lookup key. */
  claim?: string | null
  /** Emulated second at which something happens to the object by itself. */
  due?: number | null
  deleted?: boolean
}>

export type RequestOrigin = Readonly<{ id: string | null; idempotencyKey: string | null }>

/**
 * Everything one request reads and writes. Nothing reaches the database before `commit`, which applies all of it
 * in one statement, or throws StaleRead if anything read has changed: requests act as if one after the other.
 */
export class Unit {
  readonly #sql: Sql
  readonly #rows = new Map<string, StoredRow<Kind> | null>()
  readonly #written = new Map<string, StoredRow<Kind>>()
  readonly #events: EventRecord[] = []
  readonly #origin: RequestOrigin

  constructor(
    sql: Sql,
    /** The emulated time, Unix seconds. */
    readonly now: number,
    origin: RequestOrigin,
  ) {
    this.#sql = sql
    this.#origin = origin
  }

  /** By id, deleted ones too; null where there is none of this kind. */
  async row<K extends Kind>(kind: K, id: string): Promise<StoredRow<K> | null> {
    const seen = this.#rows.get(id)
    if (seen !== undefined) return parseKind(kind, seen)
    const row = await readRow(this.#sql, kind, id)
    this.#remember(id, row)
    return row
  }

  /** By the unique token or claim it was saved under. Sees the database only, not this unit's own new objects. */
  async rowBy<K extends Kind>(
    kind: K,
    column: 'token' | 'claim',
    value: string,
  ): Promise<StoredRow<K> | null> {
    const found = await readRowBy(this.#sql, kind, column, value)
    return found === null ? null : this.row(kind, found.id)
  }

  /** Newest first, this unit's own writes included. */
  async list<K extends Kind>(kind: K, query: ListQuery): Promise<Body<K>[]> {
    const stored = await readRows(this.#sql, kind, query)
    const wanted = linksWanted(query.filters ?? {})
    const own: StoredRow<K>[] = []
    for (const row of this.#written.values()) {
      const match = parseKind(kind, row)
      if (match === null || match.deleted) continue
      const links = new Set(linksOf(kind, match.body))
      if (!wanted.every((link) => links.has(link))) continue
      if (query.without?.some((link) => links.has(link)) === true) continue
      if (query.anyOf?.some((link) => links.has(link)) === false) continue
      own.push(match)
    }
    for (const row of stored) this.#remember(row.id, row)
    const rest = stored.filter((row) => !this.#written.has(row.id))
    return [...own.reverse(), ...rest].slice(0, query.limit).map((row) => row.body)
  }

  /** Keeps a new or changed object; what `options` leaves out stays as it was. */
  save<K extends Kind>(kind: K, body: Body<K> & { id: string }, options: SaveOptions<K> = {}): Body<K> {
    const before = parseKind(kind, this.#rows.get(body.id) ?? null)
    const row: StoredRow<K> = {
      id: body.id,
      kind,
      version: before?.version ?? 0,
      deleted: options.deleted ?? before?.deleted ?? false,
      body,
      hidden: options.hidden ?? before?.hidden ?? {},
      token: options.token !== undefined ? options.token : (before?.token ?? null),
      claim: options.claim !== undefined ? options.claim : (before?.claim ?? null),
      due: options.due !== undefined ? options.due : (before?.due ?? null),
    }
    this.#rows.set(body.id, row)
    this.#written.set(body.id, row)
    return body
  }

  /** Events as they are in the database; those of this unit are not among them yet. */
  events(query: EventQuery): Promise<object[]> {
    return readEvents(this.#sql, query)
  }

  event(id: string): Promise<object | null> {
    return readEvent(this.#sql, id)
  }

  /** A setting of the account, as it is kept; null where it was never set. */
  async setting(name: string): Promise<string | null> {
    const [row] = await this.#sql<
      { value: string }[]
    >`select value from sandbox.settings where name = ${name}`
    return row?.value ?? null
  }

  /** Account-wide and never given twice; numbers of refused requests are skipped. */
  async nextInvoiceNumber(): Promise<number> {
    const [row] = await this.#sql<
      { number: number }[]
    >`select nextval('sandbox.invoice_number')::int as number`
    return row?.number ?? 0
  }

  /** Records an event about `object` as it is now. `previous` holds the old values of what changed. */
  emit(type: string, object: object, previous?: JsonObject): void {
    const body = {
      id: newId('evt'),
      object: 'event',
      api_version: API_VERSION,
      created: this.now,
      data: { object, ...(previous === undefined ? {} : { previous_attributes: previous }) },
      livemode: false,
      pending_webhooks: 0,
      request: { id: this.#origin.id, idempotency_key: this.#origin.idempotencyKey },
      type,
    }
    // A copy, so that later changes to the object do not reach into what the event says.
    this.#events.push({ id: body.id, type, created: this.now, body: plainObject(body) })
  }

  /** Drops what was to be written and said; what was read or made stays readable here, so it can still be shown. */
  forget(): void {
    this.#written.clear()
    this.#events.length = 0
  }

  /** @throws StaleRead; nothing was applied then. */
  async commit(answer: KeptAnswer | null): Promise<readonly CommittedDelivery[]> {
    if (this.#written.size === 0 && this.#events.length === 0 && answer === null) return []
    const payload = JSON.stringify({
      reads: [...this.#reads()],
      writes: [...this.#written.values()].map((row) => ({
        ...row,
        created: createdOf(row.body, this.now),
        links: linksOf(row.kind, row.body),
      })),
      events: this.#events,
      answer: answer === null ? null : { ...answer, request_id: answer.requestId },
    })
    try {
      // As text: the driver would encode a parameter of type jsonb a second time.
      const [row] = await this.#sql<
        { made: DeliveryRecord[] }[]
      >`select sandbox.commit(${payload}::text::jsonb) as made`
      const events = new Map(this.#events.map((event) => [event.id, event]))
      return (row?.made ?? []).flatMap((delivery) => {
        const event = events.get(delivery.eventId)
        return event === undefined ? [] : [{ ...delivery, event }]
      })
    } catch (error) {
      if (isConflict(error)) throw new StaleRead('Something read has changed.', { cause: error })
      throw error
    }
  }

  #remember(id: string, row: StoredRow<Kind> | null): void {
    // A row read twice at once keeps its first version, which is the one decisions may rest on.
    if (!this.#rows.has(id)) this.#rows.set(id, row)
  }

  *#reads(): Generator<{ id: string; version: number }> {
    for (const [id, row] of this.#rows) {
      if (row === null || row.version > 0) yield { id, version: row?.version ?? 0 }
    }
  }
}

export type CommittedDelivery = DeliveryRecord & Readonly<{ event: EventRecord }>

function createdOf(body: Body<Kind>, now: number): number {
  return 'created' in body ? body.created : now
}

/** SB001 is raised by sandbox.commit, 23505 by a unique index another request got to first, 40P01 by a deadlock. */
function isConflict(error: unknown): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    ['SB001', '23505', '40P01', '40001'].includes(String(error.code))
  )
}

import postgres from 'postgres'
import { ARRAY_TYPES } from './array-types'

/** postgres.js with `bigint` columns as exact JavaScript bigints. */
export type Sql = postgres.Sql<{ bigint: bigint }>

/** A part of a statement, to be put into another. */
export type Fragment = postgres.PendingQuery<postgres.Row[]>

export type Database = Readonly<{
  /** The pool as it is now. `callDatabase` alone asks it: the driver can lose a call, and a caller would wait for ever. */
  sql: Sql
  /** Longer than the server lets a statement run: after this long it is the driver that lost the call. */
  attemptMs: number
  /** Replaces `stale`, a pool that no longer answers; nothing happens if it was replaced already. */
  renew(stale: Sql): void
  close(): Promise<void>
}>

/** What still runs in a pool that is replaced may finish: longer than the server lets a statement run. */
const DRAIN_SECONDS = 6

/** What lib/db/roles.sql gives the application's role. */
const STATEMENT_TIMEOUT_MS = 5_000

type Options = Readonly<{
  poolSize: number
  applicationName: string
  /** In place of the role's own limit. */
  statementTimeoutMs?: number
}>

/** Opens the pool lazily: nothing is connected before the first query. */
export function openDatabase(url: string, options: Options): Database {
  const settings = {
    connection: {
      application_name: options.applicationName,
      ...(options.statementTimeoutMs !== undefined && { statement_timeout: options.statementTimeoutMs }),
    },
    onnotice: () => {},
    connect_timeout: 5,
    // See array-types.ts: what we use is named there.
    fetch_types: false,
    // The driver's own wait grows to 20 s, so an outage would outlast itself.
    backoff: (retries: number) => Math.min(1, 0.05 * 2 ** retries),
  }
  const openPool = (): Sql =>
    postgres(url, { ...settings, max: options.poolSize, types: { bigint: postgres.BigInt, ...ARRAY_TYPES } })
  let sql = openPool()
  return {
    get sql() {
      return sql
    },
    attemptMs: (options.statementTimeoutMs ?? STATEMENT_TIMEOUT_MS) + 1_000,
    renew: (stale) => {
      if (stale !== sql) return
      sql = openPool()
      void stale.end({ timeout: DRAIN_SECONDS })
    },
    close: async () => {
      await sql.end({ timeout: 5 })
    },
  }
}

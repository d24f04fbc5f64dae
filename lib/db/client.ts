import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import postgres from 'postgres'
import { ARRAY_TYPES } from './array-types'
import * as schema from './schema'

/** postgres.js with `bigint` columns as exact JavaScript bigints. */
export type Sql = postgres.Sql<{ bigint: bigint }>

export type Database = Readonly<{
  /** For the hot path and everything that moves money: one statement, one function call. Read it at each use. */
  sql: Sql
  /** For ordinary rows. It has a small pool of its own, since drizzle changes the parsers of its client. */
  orm: PostgresJsDatabase<typeof schema>
  /** Replaces `stale`, a pool that no longer answers; nothing happens if it was replaced already. */
  renew(stale: Sql): void
  close(): Promise<void>
}>

/** What still runs in a pool that is replaced may finish: longer than the server lets a statement run. */
const DRAIN_SECONDS = 6

type Options = Readonly<{
  poolSize: number
  applicationName: string
  /** In place of the role's own limit. */
  statementTimeoutMs?: number
}>

/** Opens both clients lazily: nothing is connected before the first query. */
export function openDatabase(url: string, options: Options): Database {
  const shared = {
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
    postgres(url, { ...shared, max: options.poolSize, types: { bigint: postgres.BigInt, ...ARRAY_TYPES } })
  let sql = openPool()
  const ormClient = postgres(url, {
    ...shared,
    types: ARRAY_TYPES,
    max: Math.max(1, Math.floor(options.poolSize / 4)),
  })
  return {
    get sql() {
      return sql
    },
    orm: drizzle(ormClient, { schema, casing: 'snake_case' }),
    renew: (stale) => {
      if (stale !== sql) return
      sql = openPool()
      void stale.end({ timeout: DRAIN_SECONDS })
    },
    close: async () => {
      await Promise.all([sql.end({ timeout: 5 }), ormClient.end({ timeout: 5 })])
    },
  }
}

import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import postgres from 'postgres'
import * as schema from './schema'

/** postgres.js with `bigint` columns as exact JavaScript bigints. */
export type Sql = postgres.Sql<{ bigint: bigint }>

export type Database = Readonly<{
  /** For the hot path and everything that moves money: one statement, one function call. */
  sql: Sql
  /** For ordinary rows. It has a small pool of its own, since drizzle changes the parsers of its client. */
  orm: PostgresJsDatabase<typeof schema>
  close(): Promise<void>
}>

type Options = Readonly<{ poolSize: number; applicationName: string }>

/** Opens both clients lazily: nothing is connected before the first query. */
export function openDatabase(url: string, options: Options): Database {
  const shared = {
    connection: { application_name: options.applicationName },
    onnotice: () => {},
    connect_timeout: 5,
  }
  const sql: Sql = postgres(url, { ...shared, max: options.poolSize, types: { bigint: postgres.BigInt } })
  const ormClient = postgres(url, { ...shared, max: Math.max(1, Math.floor(options.poolSize / 4)) })
  return {
    sql,
    orm: drizzle(ormClient, { schema, casing: 'snake_case' }),
    close: async () => {
      await Promise.all([sql.end({ timeout: 5 }), ormClient.end({ timeout: 5 })])
    },
  }
}

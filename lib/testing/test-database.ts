import { randomBytes } from 'node:crypto'
import postgres from 'postgres'
import { openDatabase, type Database } from '@/lib/db/client'
import { SUPERUSER } from '@/lib/dev/postgres/cluster'
import { APP_ROLE, OWNER_ROLE, READONLY_ROLE } from '@/lib/dev/postgres/databases'
import type { TestServer } from './test-server'

export type TestDatabase = Readonly<{
  name: string
  /** Signed in as the application's own role: what the product may do. */
  db: Database
  appUrl: string
  ownerUrl: string
  readonlyUrl: string
  superuserUrl: string
  drop(): Promise<void>
}>

/** A migrated, analysed and otherwise empty database, copied from the template. */
export async function createTestDatabase(server: TestServer): Promise<TestDatabase> {
  return copyDatabase(server, server.template)
}

/** What a backup of a suite's database would be restored to: all that is in it now. Its connections are cut off. */
export async function backUpTestDatabase(server: TestServer, url: string): Promise<TestDatabase> {
  const name = new URL(url).pathname.slice(1)
  await administer(
    server,
    (sql) => sql`select pg_terminate_backend(pid) from pg_stat_activity where datname = ${name}`,
  )
  return copyDatabase(server, name)
}

async function copyDatabase(server: TestServer, template: string): Promise<TestDatabase> {
  const name = `suite_${randomBytes(6).toString('hex')}`
  await administer(
    server,
    (sql) => sql`
      create database ${sql(name)} template ${sql(template)} strategy file_copy owner ${sql(OWNER_ROLE)}`,
  )
  const url = (role: string) => urlOf(server, role, name)
  const db = openDatabase(url(APP_ROLE), { poolSize: 10, applicationName: 'talktime-test' })
  return {
    name,
    db,
    appUrl: url(APP_ROLE),
    ownerUrl: url(OWNER_ROLE),
    readonlyUrl: url(READONLY_ROLE),
    superuserUrl: url(SUPERUSER),
    drop: async () => {
      await db.close()
      await administer(server, (sql) => sql`drop database if exists ${sql(name)} with (force)`)
    },
  }
}

/** An empty database for another program, such as the local Stripe. */
export async function createEmptyDatabase(
  server: TestServer,
): Promise<{ url: string; drop(): Promise<void> }> {
  const name = `suite_${randomBytes(6).toString('hex')}`
  await administer(
    server,
    (sql) => sql`create database ${sql(name)} strategy file_copy owner ${sql(OWNER_ROLE)}`,
  )
  return {
    url: urlOf(server, OWNER_ROLE, name),
    drop: () => administer(server, (sql) => sql`drop database if exists ${sql(name)} with (force)`),
  }
}

/** How a role signs in to a database of the server. */
export function urlOf(server: TestServer, role: string, database: string): string {
  return `postgres://${role}:${server.password}@127.0.0.1:${String(server.port)}/${database}`
}

async function administer(
  server: TestServer,
  work: (sql: postgres.Sql) => PromiseLike<unknown>,
): Promise<void> {
  const sql = postgres(urlOf(server, SUPERUSER, 'postgres'), { max: 1, onnotice: () => {} })
  try {
    await work(sql)
  } finally {
    await sql.end({ timeout: 5 })
  }
}

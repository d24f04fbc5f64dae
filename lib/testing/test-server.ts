import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import postgres from 'postgres'
import { migrateDatabase } from '@/lib/db/migrate'
import { ensureCluster, SUPERUSER, type Cluster } from '@/lib/dev/postgres/cluster'
import { OWNER_ROLE, ensureRoles } from '@/lib/dev/postgres/databases'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const HOLDER = 'talktime-test-holder'
const TEMPLATE_LOCK = 5_120_447

/** What a suite needs to make a database of its own. Plain data: it is passed between processes. */
export type TestServer = Readonly<{ port: number; password: string; template: string }>

export type HeldTestServer = Readonly<{
  server: TestServer
  cluster: Cluster
  /** As a power cut would end it, and up again: for a server that nobody else holds. */
  crash(): Promise<void>
  release(): Promise<void>
}>

type Where = Readonly<{
  /** Relative to the project. */
  folder?: string
  /** Further server parameters, for a server that is started by this. */
  settings?: Readonly<Record<string, string>>
  /** True where what is committed must survive a power cut, as a measurement wants it. Tests have no such need. */
  isDurable?: boolean
}>

/** Many suites at once, each with its own pools. */
const SETTINGS = { max_connections: '300' }

/** A killed server still finds what it committed in the system's cache, so crash tests prove what they did before. */
const WITHOUT_DISK = {
  fsync: 'off',
  full_page_writes: 'off',
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_wal_size: '4GB',
}

/**
 * The PostgreSQL that all tests of this working copy share, with an up-to-date template database. It is started if
 * need be, and whoever releases it last stops it.
 */
export async function holdTestServer(where: Where = {}): Promise<HeldTestServer> {
  const folder = path.join(ROOT, where.folder ?? '.data/test-pg')
  const options = {
    settings: { ...SETTINGS, ...(where.isDurable === true ? {} : WITHOUT_DISK), ...where.settings },
  }
  const cluster = await ensureCluster(folder, options)
  const sql = postgres(cluster.url(SUPERUSER, 'postgres'), {
    max: 1,
    onnotice: () => {},
    connection: { application_name: HOLDER },
  })
  const release = async (): Promise<void> => {
    const last = await isOnlyHolder(sql)
    await sql.end({ timeout: 5 })
    if (last) await cluster.stop()
  }
  try {
    const template = await prepare(sql, cluster)
    const server = { port: cluster.port, password: cluster.password, template }
    const crash = async (): Promise<void> => {
      await cluster.crash()
      await ensureCluster(folder, options)
    }
    return { server, cluster, crash, release }
  } catch (error) {
    await release()
    throw error
  }
}

async function prepare(sql: postgres.Sql, cluster: Cluster): Promise<string> {
  const template = `template_${fingerprint()}`
  await sql`select pg_advisory_lock(${TEMPLATE_LOCK})`
  if (await isOnlyHolder(sql)) await dropLeftovers(sql, template)
  await ensureRoles(cluster)
  await ensureTemplate(sql, cluster, template)
  await sql`select pg_advisory_unlock(${TEMPLATE_LOCK})`
  return template
}

/** The same migrations make the same template; any change makes a new one. */
function fingerprint(): string {
  const folder = path.join(ROOT, 'drizzle')
  const files = readdirSync(folder).filter((name) => name.endsWith('.sql'))
  const hash = createHash('sha256')
  for (const file of files.sort()) hash.update(file).update(readFileSync(path.join(folder, file)))
  return hash.digest('hex').slice(0, 12)
}

async function ensureTemplate(sql: postgres.Sql, cluster: Cluster, template: string): Promise<void> {
  const existing = await sql`select from pg_database where datname = ${template}`
  if (existing.length > 0) return
  const draft = `draft_${template}`
  await sql`drop database if exists ${sql(draft)} with (force)`
  await sql`create database ${sql(draft)} owner ${sql(OWNER_ROLE)}`
  await migrateDatabase(cluster.url(OWNER_ROLE, draft))
  await sql`alter database ${sql(draft)} rename to ${sql(template)}`
}

async function isOnlyHolder(sql: postgres.Sql): Promise<boolean> {
  const others = await sql`
    select from pg_stat_activity where application_name = ${HOLDER} and pid <> pg_backend_pid()`
  return others.length === 0
}

/** Databases of runs that were killed, and templates of older migrations. */
async function dropLeftovers(sql: postgres.Sql, template: string): Promise<void> {
  const names = await sql<{ datname: string }[]>`
    select datname from pg_database where datname ~ '^(suite|template|draft)_' and datname <> ${template}`
  for (const { datname } of names) await sql`drop database if exists ${sql(datname)} with (force)`
}

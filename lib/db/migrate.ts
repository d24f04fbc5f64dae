import { fileURLToPath } from 'node:url'
import { readMigrationFiles } from 'drizzle-orm/migrator'
import { drizzle } from 'drizzle-orm/postgres-js'
import { migrate } from 'drizzle-orm/postgres-js/migrator'
import postgres from 'postgres'

const POSTGRES_VERSION_MIN = 16
/** Any number will do, as long as every process that migrates takes the same. */
const MIGRATION_LOCK = 7_431_906_221

const FOLDER = fileURLToPath(new URL('../../drizzle', import.meta.url))

/** The database was migrated by other files than those in drizzle/, so that nothing is known about what it holds. */
export class ForeignMigrations extends Error {}

/**
 * Brings the database behind the owner's URL up to date: all of drizzle/ or nothing, one process at a time, and
 * with fresh statistics, since plans made on empty tables stay sequential.
 * @throws ForeignMigrations if a migration that was applied has been changed or taken away since
 * @throws Error with one sentence if the server is older than PostgreSQL 16, or lib/db/roles.sql was not run on it.
 */
export async function migrateDatabase(ownerUrl: string): Promise<void> {
  const connection = postgres(ownerUrl, { max: 1, onnotice: () => {} })
  try {
    await requireVersion(connection)
    await requireRoles(connection)
    await connection`select pg_advisory_lock(${MIGRATION_LOCK})`
    if (!(await isBehind(connection))) return
    await migrate(drizzle(connection), { migrationsFolder: FOLDER })
    await connection`analyze`
  } finally {
    await connection.end({ timeout: 5 })
  }
}

/** Whether some of drizzle/ is still to be applied. Drizzle itself looks only at the last one's date. */
async function isBehind(sql: postgres.Sql): Promise<boolean> {
  const present = readMigrationFiles({ migrationsFolder: FOLDER })
  const applied = await readApplied(sql)
  const foreign = applied.findIndex((hash, place) => hash !== present[place]?.hash)
  if (foreign !== -1) {
    throw new ForeignMigrations(
      `This database was made by another version of Talktime: its migration ${String(foreign + 1)} is not the one in drizzle/.`,
    )
  }
  return applied.length < present.length
}

async function readApplied(sql: postgres.Sql): Promise<readonly string[]> {
  const [table] = await sql`select to_regclass('drizzle.__drizzle_migrations') as name`
  if (table?.['name'] === null) return []
  const rows = await sql<
    { hash: string }[]
  >`select hash from drizzle.__drizzle_migrations order by created_at`
  return rows.map((row) => row.hash)
}

async function requireVersion(sql: postgres.Sql): Promise<void> {
  const [row] = await sql<{ version: number }[]>`
    select current_setting('server_version_num')::int / 10000 as version`
  if (row === undefined || row.version < POSTGRES_VERSION_MIN) {
    throw new Error(
      `Talktime needs PostgreSQL ${String(POSTGRES_VERSION_MIN)} or newer; this server is version ${String(row?.version)}.`,
    )
  }
}

async function requireRoles(sql: postgres.Sql): Promise<void> {
  const found = await sql`select from pg_roles where rolname in ('talktime_app', 'talktime_readonly')`
  if (found.length < 2) {
    throw new Error('The roles of Talktime are missing on this server: run lib/db/roles.sql on it first.')
  }
}

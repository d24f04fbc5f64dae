import postgres from 'postgres'
import { z } from 'zod'
import type { Env } from '@/lib/env'

const POSTGRES_VERSION_MIN = 160_000

type Role = { version: number; tables: number; alterable: string[]; read_only: string }

/**
 * Refuses to start on a database that this installation must not run on: too old, not migrated, or one whose ledger
 * the application's own role could rewrite. @throws Error with one sentence a person can act on
 */
export async function checkStart(env: Env): Promise<void> {
  const app = await look(env.DATABASE_URL, 'DATABASE_URL')
  const readOnly = await look(env.READONLY_DATABASE_URL, 'READONLY_DATABASE_URL')
  const reason = reasonToRefuse(app, readOnly)
  if (reason !== null) throw new Error(`Talktime cannot start: ${reason}`)
}

/** The decision, from what each role sees of the database (a version as the server counts: 160004). Null: all is well. */
export function reasonToRefuse(app: Role, readOnly: Role): string | null {
  if (app.version < POSTGRES_VERSION_MIN)
    return `PostgreSQL 16 or newer is needed, this is ${versionText(app.version)}.`
  if (app.tables === 0)
    return 'the database has no ledger yet. Run the migrations with MIGRATION_DATABASE_URL first.'
  if (app.alterable.length > 0) {
    return `the role of DATABASE_URL could rewrite the ledger (${app.alterable.join(', ')}). Give the app the role talktime_app, which owns nothing.`
  }
  if (readOnly.alterable.length > 0 || readOnly.read_only !== 'on') {
    return 'the role of READONLY_DATABASE_URL can write. Give it the role talktime_readonly, with default_transaction_read_only on.'
  }
  return null
}

/** `15.12` of the server's own 150012. */
function versionText(version: number): string {
  return `${String(Math.floor(version / 10_000))}.${String(version % 10_000)}`
}

async function look(url: string, variable: string): Promise<Role> {
  const sql = postgres(url, { max: 1, connect_timeout: 5, onnotice: () => {} })
  try {
    const [row] = await sql`
      with relation as (
        select c.oid, c.relname, pg_has_role(c.relowner, 'member') as owned
        from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where n.nspname = 'ledger' and c.relkind in ('r', 'p', 'v', 'm'))
      select current_setting('server_version_num')::integer as version,
        (select count(*)::integer from relation) as tables,
        (select coalesce(array_agg(relname::text order by relname), '{}') from relation
          where owned or has_table_privilege(oid, 'insert, update, delete, truncate, trigger')) as alterable,
        current_setting('default_transaction_read_only') as read_only`
    return roleSchema.parse(row)
  } catch (cause) {
    throw new Error(
      `Talktime cannot start: the database of ${variable} does not answer (${reasonOf(cause)}).`,
      {
        cause,
      },
    )
  } finally {
    await sql.end({ timeout: 1 })
  }
}

/** The driver's words: they name hosts and roles, never a password. */
function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause)
  return cause.message === '' && 'code' in cause ? String(cause.code) : cause.message
}

const roleSchema = z.object({
  version: z.number(),
  tables: z.number(),
  alterable: z.array(z.string()),
  read_only: z.string(),
})

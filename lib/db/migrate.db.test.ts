import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { createEmptyDatabase } from '@/lib/testing/test-database'
import { useTestDatabase } from '@/lib/testing/use-test-database'
import { ForeignMigrations, migrateDatabase } from './migrate'

describe('migrating', () => {
  let empty: Awaited<ReturnType<typeof createEmptyDatabase>>
  beforeAll(async () => {
    empty = await createEmptyDatabase(inject('testServer'))
  })
  afterAll(() => empty.drop())

  it('may be started by several processes at once, and again', async () => {
    await Promise.all([1, 2, 3].map(() => migrateDatabase(empty.url)))
    await migrateDatabase(empty.url)
    const sql = postgres(empty.url, { max: 1 })
    const applied = await sql`select from drizzle.__drizzle_migrations`
    await sql.end()
    expect(applied.length).toBeGreaterThan(0)
  })

  it('refuses a database whose migrations are not the ones it has', async () => {
    const sql = postgres(empty.url, { max: 1 })
    const edited = await sql<{ id: number }[]>`
      update drizzle.__drizzle_migrations set hash = 'edited' || hash
       where id = (select id from drizzle.__drizzle_migrations order by created_at offset 1 limit 1) returning id`
    const refusal = await migrateDatabase(empty.url).catch((error: unknown) => error)
    await sql`
      update drizzle.__drizzle_migrations set hash = replace(hash, 'edited', '') where id = ${edited[0]?.id ?? 0}`
    await sql.end()
    expect(refusal).toBeInstanceOf(ForeignMigrations)
    expect(String(refusal)).toContain('its migration 2 is not the one in drizzle/')
    await migrateDatabase(empty.url)
  })
})

describe('the roles', () => {
  const database = useTestDatabase()

  async function codeOf(url: string, statement: string): Promise<string | undefined> {
    const sql = postgres(url, { max: 1, onnotice: () => {} })
    try {
      await sql.unsafe(statement)
      return undefined
    } catch (error) {
      if (!(error instanceof postgres.PostgresError)) throw error
      return error.code
    } finally {
      await sql.end()
    }
  }

  it('let the application write ordinary rows but own nothing and make nothing', async () => {
    expect(
      await codeOf(database.appUrl, `insert into "user" (email) values ('a@example.com')`),
    ).toBeUndefined()
    expect(await codeOf(database.appUrl, 'create table mine (id int)')).toBe('42501')
    expect(await codeOf(database.appUrl, 'alter table "user" add column x int')).toBe('42501')
    expect(await codeOf(database.appUrl, 'truncate "user"')).toBe('42501')
    const owned = await database.db.sql`select from pg_class where relowner = 'talktime_app'::regrole`
    expect(owned).toHaveLength(0)
  })

  it('let the read-only role write nothing and read no credential', async () => {
    expect(await codeOf(database.readonlyUrl, 'select id, email from "user"')).toBeUndefined()
    expect(await codeOf(database.readonlyUrl, 'delete from "user"')).toBe('25006')
    expect(await codeOf(database.readonlyUrl, 'begin read write; delete from "user"')).toBe('42501')
    expect(await codeOf(database.readonlyUrl, 'select password_hash from "user"')).toBe('42501')
    expect(await codeOf(database.readonlyUrl, 'select key_hash from api_key')).toBe('42501')
    expect(await codeOf(database.readonlyUrl, 'select session_token from session')).toBe('42501')
    expect(await codeOf(database.readonlyUrl, 'select token_hash from access_token')).toBe('42501')
    expect(await codeOf(database.readonlyUrl, 'select token_hash from invitation')).toBe('42501')
  })

  it('let nobody else call what runs with the rights of the tables’ owner, nor bring names of their own into it', async () => {
    const rows = await database.db.sql<{ name: string }[]>`
      select oid::regprocedure::text as name from pg_proc
       where prosecdef and pronamespace <> 'pg_catalog'::regnamespace and (
         exists (select from aclexplode(coalesce(proacl, acldefault('f', proowner))) as held where held.grantee = 0)
         or not coalesce(proconfig::text, '') like '%search_path=pg_catalog%pg_temp%')`
    expect(rows.map(({ name }) => name)).toEqual([])
  })

  it('let the read-only role read what an account shows, and no other table', async () => {
    const rows = await database.db.sql<{ name: string }[]>`
      select relname as name from pg_class
       where relnamespace = 'public'::regnamespace and relkind in ('r', 'v', 'm', 'p')
         and has_table_privilege('talktime_readonly', oid, 'select') order by relname`
    expect(rows.map((row) => row.name)).toEqual([
      'access_view',
      'account',
      'account_plan',
      'activity_violation',
      'adjustment',
      'adjustment_violation',
      'alert_preference',
      'allowance_violation',
      'auto_top_up',
      'auto_top_up_skip',
      'credit_order',
      'credit_order_violation',
      'impersonation',
      'low_balance_alert',
      'member',
      'membership_event',
      'number_claim',
      'number_mode',
      'number_violation',
      'overdraft_collection',
      'payment_return',
      'phone_number',
      'plan',
      'refund_violation',
      'release_pause',
      'rent_period',
      'subscription',
      'subscription_invoice',
      'subscription_order',
      'usage_day',
      'usage_event',
    ])
    expect(await codeOf(database.readonlyUrl, 'select answer from idempotency_record')).toBe('42501')
    expect(await codeOf(database.readonlyUrl, 'select payload from stripe_event')).toBe('42501')
  })

  it.each([
    ['credit_order', 'account_id'],
    ['credit_order', 'stripe_customer_id'],
    ['credit_order', 'created_at'],
    ['adjustment', 'state'],
    ['audit_event', 'actor'],
    ['audit_event', 'occurred_at'],
    ['usage_event', 'amount_micros'],
    ['usage_event', 'billed_quantity'],
    ['membership_event', 'actor'],
    ['welcome_claim', 'account_id'],
    ['welcome_claim', 'identity_hash'],
  ])('let the application neither remove a row of %s nor change its %s', async (table, column) => {
    expect(await codeOf(database.appUrl, `update ${table} set ${column} = ${column}`)).toBe('42501')
    expect(await codeOf(database.appUrl, `delete from ${table}`)).toBe('42501')
    expect(await codeOf(database.appUrl, `select ${column} from ${table}`)).toBeUndefined()
  })
})

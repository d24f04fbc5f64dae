import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openBooks } from '@/lib/testing/ledger/open-books'
import { useTestDatabase } from '@/lib/testing/use-test-database'

const suite = useTestDatabase()
const TABLES = ['ledger_account', 'posting', 'leg']
const WRITES = ['insert', 'update', 'delete', 'truncate', 'references', 'trigger', 'maintain']
const CALLABLE = [
  'balance',
  'claw_back',
  'expire_due_grants',
  'expire_grants',
  'freeze',
  'grant_credit',
  'open',
  'pay_subscription',
  'repay',
  'reverse',
  'spend',
  'spend_batch',
]

let owner: postgres.Sql
let superuser: postgres.Sql

beforeAll(async () => {
  owner = postgres(suite.ownerUrl, { max: 1, onnotice: () => {} })
  superuser = postgres(suite.superuserUrl, { max: 1, onnotice: () => {} })
  await openBooks(suite)
})

afterAll(() => Promise.all([owner.end({ timeout: 5 }), superuser.end({ timeout: 5 })]))

function attackOn(table: string, deed: string): string {
  const statements: Record<string, string> = {
    insert: `insert into ledger.${table} default values`,
    update: `update ledger.${table} set account_id = account_id`,
    delete: `delete from ledger.${table}`,
    truncate: `truncate ledger.${table} cascade`,
  }
  return statements[deed] ?? ''
}

class Undo extends Error {}

/** The SQLSTATE with which a role is refused a statement after `grant`; null where it is not. */
async function refusalOf(role: string, statement: string, grant = 'select 1'): Promise<string | null> {
  let state: string | null = null
  await superuser
    .begin(async (sql) => {
      await sql.unsafe(grant)
      await sql.unsafe(`set local role ${role}`)
      try {
        await sql.savepoint((inner) => inner.unsafe(statement))
      } catch (error) {
        if (!(error instanceof postgres.PostgresError)) throw error
        state = error.code
      }
      throw new Undo()
    })
    .catch((error: unknown) => {
      if (!(error instanceof Undo)) throw error
    })
  return state
}

describe.each(['talktime_app', 'talktime_readonly'])('%s', (role) => {
  test.each(
    TABLES.flatMap((table) => ['insert', 'update', 'delete', 'truncate'].map((deed) => [deed, table])),
  )('may not %s ledger.%s, and is held by that right alone before the triggers', async (deed, table) => {
    if (deed === undefined || table === undefined) throw new Error('each case has both')
    const statement = attackOn(table, deed)
    expect(await refusalOf(role, statement)).toBe('42501')
    const granted = await refusalOf(
      role,
      statement,
      `grant ${deed}, select on ledger.${table} to ${role}; grant execute on all functions in schema ledger to ${role}`,
    )
    expect(granted).not.toBe('42501')
  })

  test('has no other right on a table, view or sequence of the books than to read', async () => {
    const rights = await owner`
      select c.relname, a.privilege_type from pg_class as c, aclexplode(c.relacl) as a
      where c.relnamespace = 'ledger'::regnamespace and a.grantee in (${role}::regrole, 0)`
    expect(rights.length).toBeGreaterThanOrEqual(TABLES.length)
    expect(rights.filter((right) => right['privilege_type'] !== 'SELECT')).toEqual([])
    for (const table of TABLES) {
      for (const right of WRITES) {
        const [row] = await owner`
          select has_table_privilege(${role}, ${`ledger.${table}`}, ${right === 'maintain' ? 'trigger' : right}) as may`
        expect(row, `${right} on ${table}`).toEqual({ may: false })
      }
    }
    expect(await refusalOf(role, `select setval('ledger.posting_id_seq', 1)`)).toBe('42501')
    expect(await refusalOf(role, 'create table ledger.mine (id int)')).toBe('42501')
    expect(await refusalOf(role, 'drop trigger posting_append_only on ledger.posting')).toBe('42501')
    expect(await refusalOf(role, 'alter table ledger.posting disable trigger all')).toBe('42501')
  })

  test('may call exactly the functions meant for it', async () => {
    const callable = await owner<{ name: string }[]>`
      select proname as name from pg_proc
      where pronamespace = 'ledger'::regnamespace and has_function_privilege(${role}, oid, 'execute') order by 1`
    expect(callable.map((row) => row.name)).toEqual(role === 'talktime_app' ? CALLABLE : ['balance'])
  })
})

describe('the functions that may be called', () => {
  test('run as the owner with a fixed search path, and only they let rows be written', async () => {
    const definers = await owner<{ name: string; config: string[] }[]>`
      select proname as name, proconfig as config from pg_proc
      where pronamespace = 'ledger'::regnamespace and prosecdef order by 1`
    expect(definers.map((row) => row.name)).toEqual(CALLABLE.filter((name) => name !== 'balance'))
    for (const { name, config } of definers) {
      expect(config, name).toEqual(['search_path=pg_catalog, pg_temp'])
    }
  })

  test('write nothing in a read-only transaction', async () => {
    const statement = `select ledger.open(1, 'USD')`
    expect(await refusalOf('talktime_app', statement, 'set transaction read only')).toBe('25006')
  })

  test('cannot be led astray by objects of the same name in the caller’s search path', async () => {
    const [row] = await suite.db.sql<{ id: bigint }[]>`select max(id) as id from account`
    const accountId = row?.id ?? 0n
    const lure = `create temp table posting (id int); create temp table ledger_account (id int);
      create function pg_temp.sha256(bytea) returns bytea language sql as 'select ''\\x00''::bytea';
      grant all on posting, ledger_account to talktime_app`
    const statement = `set local search_path = pg_temp, ledger, public;
      select ledger.spend(${accountId}, 'usage', 'usage:lured', 1, null, now(), now())`
    expect(await refusalOf('talktime_app', statement, lure)).toBeNull()
  })
})

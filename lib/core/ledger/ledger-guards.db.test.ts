import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { usd, ZERO } from '@/lib/kit/money'
import { ATTACKS, postingRow, type Attack, type Target } from '@/lib/testing/ledger/attacks'
import { openBooks } from '@/lib/testing/ledger/open-books'
import { useTestDatabase } from '@/lib/testing/use-test-database'
import { clawBackCredit } from './claw-back-credit'
import { grantCredit } from './grant-credit'
import { spendCredit } from './spend-credit'

const suite = useTestDatabase()
const NOW = new Date('2026-03-01T10:00:00Z')
const NAMES = [...new Set(ATTACKS.map((attack) => attack.guard))]

let owner: postgres.Sql
let superuser: postgres.Sql
let target: Target

beforeAll(async () => {
  owner = postgres(suite.ownerUrl, { max: 1, onnotice: () => {} })
  superuser = postgres(suite.superuserUrl, { max: 1, onnotice: () => {} })
  const [account, other] = [await openBooks(suite), await openBooks(suite)]
  const booked = { granted: [] as bigint[], spent: [] as bigint[] }
  for (const accountId of [account, other]) {
    const moment = { accountId, occurredAt: NOW, now: NOW }
    const grant = { code: 'deposit_card', category: 'purchased', priority: 0, expiresAt: null } as const
    const posted = await grantCredit(suite.db, {
      ...moment,
      ...grant,
      reference: 'in_1',
      paid: usd(100n),
      promoted: ZERO,
    })
    const spent = await spendCredit(suite.db, {
      ...moment,
      code: 'usage',
      reference: 'usage:1',
      amount: usd(10n),
      overdraftLimit: null,
    })
    await clawBackCredit(suite.db, {
      ...moment,
      code: 'refund',
      reference: 're_1',
      grantReference: 'in_1',
      amount: usd(5n),
    })
    if (posted.status !== 'posted' || spent.status !== 'posted') throw new Error('the fixtures are posted')
    booked.granted.push(posted.postingId)
    booked.spent.push(spent.postingId)
  }
  const [row] = await suite.db.sql<
    { id: bigint }[]
  >`insert into account (name) values ('unopened') returning id`
  target = {
    account,
    other,
    unopened: row?.id ?? 0n,
    grant: booked.granted[0] ?? 0n,
    spent: booked.spent[0] ?? 0n,
    foreign: booked.spent[1] ?? 0n,
  }
})

afterAll(() => Promise.all([owner.end({ timeout: 5 }), superuser.end({ timeout: 5 })]))

type Refusal = Readonly<{ sqlstate: string; guard: string | undefined }> | null

class Undo extends Error {}

/** What refuses the attack, after `weaken` has taken something away; null where it goes through. All of it is undone. */
async function attempt(attack: Pick<Attack, 'sql' | 'byHand'>, weaken = 'select 1'): Promise<Refusal> {
  let refusal: Refusal = null
  const attacker = attack.byHand ? owner : superuser
  await attacker
    .begin(async (sql) => {
      await sql.unsafe('set local role talktime_owner')
      await sql.unsafe(weaken)
      try {
        await sql.savepoint(async (inner) => inner.unsafe(attack.sql(target)))
      } catch (error) {
        if (!(error instanceof postgres.PostgresError)) throw error
        refusal = { sqlstate: error.code, guard: error.constraint_name }
      }
      throw new Undo()
    })
    .catch((error: unknown) => {
      if (!(error instanceof Undo)) throw error
    })
  return refusal
}

type Guard = Readonly<{ name: string; weaken: string; covers: readonly string[] }>

/** Every guard the catalog knows in the schema: keys, triggers, and the laws inside the triggers' functions. */
async function guards(): Promise<Guard[]> {
  const keys = await owner<{ name: string; relation: string }[]>`
    select conname as name, conrelid::regclass::text as relation from pg_constraint
    where connamespace = 'ledger'::regnamespace and conrelid <> 0 and contype in ('p', 'u', 'f', 'c', 'x')`
  const triggers = await owner<{ name: string; relation: string; source: string; definition: string }[]>`
    select tgname as name, tgrelid::regclass::text as relation, prosrc as source, pg_get_functiondef(pg_proc.oid) as definition
    from pg_trigger join pg_proc on pg_proc.oid = tgfoid
    where not tgisinternal and pronamespace = 'ledger'::regnamespace`
  const domains = await owner<{ name: string; domain: string }[]>`
    select conname as name, contypid::regtype::text as domain from pg_constraint
    where connamespace = 'ledger'::regnamespace and contypid <> 0 and contype = 'c'`
  const laws = triggers.flatMap(({ relation, source, definition }) =>
    lawsOf(relation, source).map((name) => ({
      name: `law ${name}`,
      weaken: definition.replaceAll(`then '${lawName(relation, name)}'`, 'then null'),
      covers: [name],
    })),
  )
  return [
    ...keys.map(({ name, relation }) => ({
      name: `key ${name}`,
      weaken: `alter table ${relation} drop constraint ${name} cascade`,
      covers: [name],
    })),
    ...domains.map(({ name, domain }) => ({
      name: `domain ${name}`,
      weaken: `alter domain ${domain} drop constraint ${name}`,
      covers: [name],
    })),
    ...triggers.map(({ name, relation, source }) => ({
      name: `trigger ${name}`,
      weaken: `drop trigger ${name} on ${relation}`,
      covers: source.includes('v_law') ? lawsOf(relation, source) : [name],
    })),
    ...laws,
  ]
}

/** The names that a trigger's function gives its laws: those its `v_law` may become. */
function lawsOf(relation: string, source: string): string[] {
  const decisions = [...source.matchAll(/v_law (?:text )?:= case[\s\S]*?end;/g)]
    .map((match) => match[0])
    .join()
  const names = [...decisions.matchAll(/then '(\w+)'/g)]
  return [...new Set(names.map((match) => `${relation.replace('ledger.', '')}_${match[1] ?? ''}`))]
}

function lawName(relation: string, name: string): string {
  return name.slice(relation.replace('ledger.', '').length + 1)
}

describe('raw SQL by the owner of the tables, acting for another role as the functions do', () => {
  test.each(NAMES)('is refused by %s', async (name) => {
    for (const attack of ATTACKS.filter((one) => one.guard === name)) {
      expect(await attempt(attack), attack.sql(target)).toEqual({ sqlstate: attack.sqlstate, guard: name })
    }
  })

  test('cannot choose the id of a posting', async () => {
    const chosen = { sql: (t: Target) => postingRow(t, { id: '5000' }) }
    expect(await attempt(chosen)).toMatchObject({ sqlstate: '428C9' })
    expect(
      await attempt(chosen, 'alter table ledger.posting alter column id set generated by default'),
    ).toBeNull()
  })

  test('cannot leave out a column that must be there', async () => {
    const columns = await owner<{ relation: string; name: string; is_key: boolean }[]>`
      select attrelid::regclass::text as relation, attname as name, exists (select from pg_index
        where indrelid = attrelid and indisprimary and attnum = any (indkey)) or attidentity <> '' as is_key
      from pg_attribute join pg_class on pg_class.oid = attrelid
      where relnamespace = 'ledger'::regnamespace and relkind = 'r' and attnum > 0 and attnotnull`
    expect(columns.length).toBeGreaterThan(20)
    for (const { relation, name, is_key } of columns) {
      const [row] = await owner.unsafe(`select to_jsonb(t) as row from ${relation} as t limit 1`)
      const untriggered = `alter table ${relation} disable trigger user`
      const sql = () => `insert into ${relation} overriding system value
        select * from jsonb_populate_record(null::${relation}, '${JSON.stringify({ ...row?.['row'], reference: 'usage:null', occurred_at: '2027-01-01T00:00:00Z', id: 4_000, leg: 9, [name]: null })}')`
      expect(await attempt({ sql }, untriggered), `${relation}.${name}`).toMatchObject({ sqlstate: '23502' })
      if (is_key) continue
      const weakened = `${untriggered}; alter table ${relation} alter column ${name} drop not null`
      expect(await attempt({ sql }, weakened), `${relation}.${name} without its guard`).toBeNull()
    }
  })
})

describe('every guard of the catalog', () => {
  test('has an attack, and every attack a guard', async () => {
    const covered = new Set((await guards()).flatMap((guard) => guard.covers))
    expect([...covered].sort()).toEqual([...NAMES].sort())
  })

  test('taken away, lets its attacks through', async () => {
    for (const guard of await guards()) {
      for (const attack of ATTACKS.filter((one) => guard.covers.includes(one.guard))) {
        const refusal = await attempt(attack, guard.weaken)
        expect(refusal, `without ${guard.name}: ${attack.sql(target)}`).not.toEqual({
          sqlstate: attack.sqlstate,
          guard: attack.guard,
        })
      }
    }
  })
})

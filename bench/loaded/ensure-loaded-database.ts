import postgres from 'postgres'
import { z } from 'zod'
import { checkInvariants } from '@/lib/core/invariants/check-invariants'
import { openDatabase } from '@/lib/db/client'
import { SUPERUSER } from '@/lib/dev/postgres/cluster'
import { APP_ROLE, OWNER_ROLE, READONLY_ROLE } from '@/lib/dev/postgres/databases'
import { invariant } from '@/lib/kit/assert'
import type { TestServer } from '@/lib/testing/test-server'
import { copyHistory } from './copy-history'
import type { HistoryPlan } from './draw-history'

/** Raise it when what is loaded changes: a database of another number is made anew. */
const LOADER = 1
/** The accounts that are measured, by their number of rows; the rest of the table belongs to others. */
const SIZES = [100, 1_000, 10_000, 100_000, 1_000_000] as const
const ROWS = 2_000_000
const ROWS_OF_OTHERS = 1_000
const STEP_MS = 5_000

export type LoadedDatabase = Readonly<{
  appUrl: string
  ownerUrl: string
  readonlyUrl: string
  /** With as many rows as each of `SIZES`, in its order; each with a wallet of $25 and an owner. */
  accounts: readonly Readonly<{ rows: number; accountId: bigint; userId: string }>[]
}>

type Say = (text: string) => void

/**
 * A migrated database in which 2,000,000 postings of some 900 accounts lie mixed, made once (some minutes) and kept in
 * the bench's server until the migrations or this loader change. Benches may read it and add to it, and take from it
 * nothing.
 */
export async function ensureLoadedDatabase(server: TestServer, say: Say): Promise<LoadedDatabase> {
  const name = `loaded_${String(LOADER)}_${server.template.replace(/^template_/, '')}`
  const url = (role: string, database = name) =>
    `postgres://${role}:${server.password}@127.0.0.1:${String(server.port)}/${database}`
  const sql = postgres(url(SUPERUSER, 'postgres'), { max: 1, onnotice: () => {} })
  try {
    const kept = await sql<{ datname: string }[]>`select datname from pg_database where datname ~ '^loaded_'`
    if (!kept.some(({ datname }) => datname === name)) {
      for (const { datname } of kept) await sql`drop database ${sql(datname)} with (force)`
      const draft = `loaded_draft_${String(LOADER)}`
      say('making a database of 2,000,000 postings, once')
      await sql`create database ${sql(draft)} template ${sql(server.template)} owner ${sql(OWNER_ROLE)}`
      await load(url(OWNER_ROLE, draft), url(APP_ROLE, draft), say)
      await sql`alter database ${sql(draft)} rename to ${sql(name)}`
    }
  } finally {
    await sql.end()
  }
  const urls = { appUrl: url(APP_ROLE), ownerUrl: url(OWNER_ROLE), readonlyUrl: url(READONLY_ROLE) }
  return { ...urls, accounts: await readAccounts(urls.ownerUrl) }
}

const accountRows = z.array(z.object({ rows: z.number(), account_id: z.bigint(), user_id: z.string() }))

async function readAccounts(ownerUrl: string): Promise<LoadedDatabase['accounts']> {
  const db = openDatabase(ownerUrl, { poolSize: 1, applicationName: 'talktime-bench' })
  try {
    const found = accountRows.parse(
      await db.sql`
        select substring(u.email from 'loaded-([0-9]+)@')::integer as rows, m.account_id, m.user_id::text
        from "user" u join member m on m.user_id = u.id where u.email like 'loaded-%' order by 1`,
    )
    return found.map((row) => ({ rows: row.rows, accountId: row.account_id, userId: row.user_id }))
  } finally {
    await db.close()
  }
}

async function load(ownerUrl: string, appUrl: string, say: Say): Promise<void> {
  const sql = postgres(ownerUrl, { max: 1, onnotice: () => {} })
  const db = openDatabase(appUrl, { poolSize: 1, applicationName: 'talktime-bench' })
  try {
    const startsAtMs = Date.now() - ROWS * STEP_MS - 60_000
    const accounts = await openAccounts(db.sql, new Date(startsAtMs - 1_000))
    await copyHistory(
      sql,
      { accounts, firstId: 1_000, startsAtMs, stepMs: STEP_MS } satisfies HistoryPlan,
      say,
    )
    say('a deposit of $25 for each, by the ledger itself')
    for (const { accountId } of accounts) await deposit(db.sql, accountId)
    await sql`vacuum analyze`
    say('checking the invariants')
    const violations = await checkBooks(ownerUrl)
    invariant(violations.length === 0, `the loaded books are right, but ${violations[0]?.law ?? ''}`)
  } finally {
    await db.close()
    await sql.end()
  }
}

/** As the owner: the application's own role is not given the time for that many rows. */
async function checkBooks(ownerUrl: string): ReturnType<typeof checkInvariants> {
  const db = openDatabase(ownerUrl, { poolSize: 1, applicationName: 'talktime-bench' })
  try {
    await db.sql`set work_mem = '256MB'`
    return await checkInvariants(db.sql)
  } finally {
    await db.close()
  }
}

const opened = z.array(z.object({ account_id: z.bigint() }))

async function openAccounts(
  sql: ReturnType<typeof openDatabase>['sql'],
  at: Date,
): Promise<HistoryPlan['accounts']> {
  const rest = ROWS - SIZES.reduce((sum, size) => sum + size, 0)
  const others = Array.from({ length: Math.floor(rest / ROWS_OF_OTHERS) }, () => ROWS_OF_OTHERS)
  const accounts: { accountId: bigint; rows: number }[] = []
  for (const [place, rows] of [...SIZES, ...others].entries()) {
    const email =
      place < SIZES.length ? `loaded-${String(rows)}@example.com` : `other-${String(place)}@example.com`
    const [row] = opened.parse(
      await sql`
        select account_id from open_account(${email}, null, 'none', sha256(convert_to(${email}, 'UTF8')),
          ${`num_${email}`}, 0, ${at.toISOString()})`,
    )
    invariant(row !== undefined, 'the account was opened')
    accounts.push({ accountId: row.account_id, rows })
  }
  return accounts
}

async function deposit(sql: ReturnType<typeof openDatabase>['sql'], accountId: bigint): Promise<void> {
  const now = new Date().toISOString()
  const [row] = await sql`
    select status from ledger.grant_credit(${accountId}, 'deposit_manual', 'loaded-last', 'purchased', 0, 25000000, 0,
      null, ${now}, ${now})`
  invariant(row?.['status'] === 'posted', 'the last deposit was posted')
}

import postgres from 'postgres'
import { describe, expect, test } from 'vitest'
import { openDatabase } from '@/lib/db/client'
import { usd, ZERO } from '@/lib/kit/money'
import { openBooks } from '@/lib/testing/ledger/open-books'
import { repetitions } from '@/lib/testing/repetitions'
import { useTestDatabase } from '@/lib/testing/use-test-database'
import { clawBackCredit } from './claw-back-credit'
import { getBalance } from './get-balance'
import { grantCredit, type CreditGrant } from './grant-credit'
import type { PostingOutcome } from './posting-outcome'
import { spendCredit } from './spend-credit'
import { spendCredits } from './spend-credits'

const suite = useTestDatabase()
const NOW = new Date('2026-03-01T10:00:00Z')
const EXPIRY = new Date('2026-03-02T10:00:00Z')

function deposit(accountId: bigint, reference: string, micros: bigint): CreditGrant {
  const times = { occurredAt: NOW, now: NOW }
  const grant = { code: 'deposit_card', category: 'purchased', priority: 0, expiresAt: null } as const
  return { accountId, reference, paid: usd(micros), promoted: ZERO, ...grant, ...times }
}

function spend(
  accountId: bigint,
  reference: string,
  micros: bigint,
  options: Readonly<{ limit?: bigint; now?: Date }> = {},
): Promise<PostingOutcome> {
  return spendCredit(suite.db, {
    accountId,
    code: 'usage',
    reference,
    amount: usd(micros),
    overdraftLimit: options.limit === undefined ? null : usd(options.limit),
    occurredAt: options.now ?? NOW,
    now: options.now ?? NOW,
  })
}

async function funded(micros: bigint): Promise<bigint> {
  const accountId = await openBooks(suite)
  await grantCredit(suite.db, deposit(accountId, 'in_1', micros))
  return accountId
}

async function balanceOf(accountId: bigint, now = NOW): Promise<bigint | undefined> {
  return (await getBalance(suite.db, accountId, now))?.balance.micros
}

function count(outcomes: readonly PostingOutcome[], status: PostingOutcome['status']): number {
  return outcomes.filter((outcome) => outcome.status === status).length
}

function times<T>(n: number, make: (i: number) => Promise<T>): Promise<T[]> {
  return Promise.all(Array.from({ length: n }, (_, i) => make(i)))
}

describe('200 debits racing for the last unit', () => {
  test('with a limit of 0 exactly as many succeed as the balance covers', async () => {
    const accountId = await funded(100n)
    const outcomes = await times(200, (i) => spend(accountId, `usage:${i}`, 7n, { limit: 0n }))
    expect(count(outcomes, 'posted')).toBe(14)
    expect(count(outcomes, 'insufficient')).toBe(186)
    expect(await balanceOf(accountId)).toBe(2n)
  })

  test('without a limit all succeed and the overdraft is exactly the excess', async () => {
    const accountId = await funded(100n)
    const outcomes = await times(200, (i) => spend(accountId, `usage:${i}`, 7n))
    expect(count(outcomes, 'posted')).toBe(200)
    expect(await balanceOf(accountId)).toBe(100n - 1400n)
    const [overdraft] = await suite.db.sql`
      select balance_micros from ledger.ledger_account where account_id = ${accountId} and id = 1`
    expect(overdraft).toEqual({ balance_micros: -1300n })
  })
})

describe('copies of one call', () => {
  test('100 copies on 64 connections post once and are all answered alike', async () => {
    const crowd = openDatabase(suite.appUrl, { poolSize: 64, applicationName: 'crowd' })
    try {
      const accountId = await openBooks(suite)
      const outcomes = await times(100, () => grantCredit(crowd, deposit(accountId, 'in_1', 25_000_000n)))
      expect(count(outcomes, 'posted')).toBe(1)
      expect(count(outcomes, 'replayed')).toBe(99)
      expect(new Set(outcomes.map((one) => ('postingId' in one ? one.postingId : null))).size).toBe(1)
      expect(await balanceOf(accountId)).toBe(25_000_000n)
    } finally {
      await crowd.close()
    }
  })

  test('with another amount under the same reference one of the two is refused', async () => {
    const accountId = await openBooks(suite)
    const outcomes = await times(40, (i) =>
      grantCredit(suite.db, deposit(accountId, 'in_1', BigInt(1 + (i % 2)))),
    )
    expect([count(outcomes, 'posted'), count(outcomes, 'replayed'), count(outcomes, 'mismatch')]).toEqual([
      1, 19, 20,
    ])
  })
})

test('books opened by 50 callers at once, each spending at once, are opened once', async () => {
  const [row] = await suite.db.sql<{ id: bigint }[]>`insert into account (name) values ('new') returning id`
  const accountId = row?.id ?? 0n
  expect((await spend(accountId, 'usage:early', 1n)).status).toBe('unknown_account')
  const outcomes = await times(50, async (i) => {
    await suite.db.sql`select ledger.open(${accountId}, 'USD')`
    return spend(accountId, `usage:${i}`, 1n)
  })
  expect(count(outcomes, 'posted')).toBe(50)
  expect(await balanceOf(accountId)).toBe(-50n)
})

test('on a hot wallet deposits, spends and a refund at once lose nothing', async () => {
  const accountId = await funded(1_000n)
  const clawback = { accountId, code: 'refund', reference: 're_1', grantReference: 'in_1' } as const
  await Promise.all([
    times(300, (i) => spend(accountId, `usage:${i}`, 3n)),
    times(30, (i) => grantCredit(suite.db, deposit(accountId, `in_hot_${i}`, 11n))),
    clawBackCredit(suite.db, { ...clawback, amount: usd(2_000n), occurredAt: NOW, now: NOW }),
  ])
  expect(await balanceOf(accountId)).toBe(1_000n + 330n - 900n - 1_000n)
})

test('batches that name the same accounts in opposite orders, and single spends among them, do not lock each other out', async () => {
  const accounts = await times(10, () => funded(1_000n))
  const batch = (ids: readonly bigint[], label: string) =>
    spendCredits(
      suite.db,
      ids.map((accountId) => ({
        accountId,
        code: 'usage' as const,
        reference: `usage:${label}`,
        amount: usd(1n),
        overdraftLimit: ZERO,
        occurredAt: NOW,
      })),
      NOW,
    )
  const inTurn = (i: number) => (i % 2 === 0 ? accounts : [...accounts].reverse())
  const [batches, singles] = await Promise.all([
    times(40, (i) => batch(inTurn(i), String(i))),
    times(40, (i) => Promise.all(inTurn(i).map((id) => spend(id, `usage:single-${i}`, 1n)))),
  ])
  expect(count(batches.flat(), 'posted')).toBe(400)
  expect(count(singles.flat(), 'posted')).toBe(400)
  expect(await Promise.all(accounts.map((id) => balanceOf(id)))).toEqual(accounts.map(() => 920n))
})

describe('a grant that expires', () => {
  async function promoted(): Promise<bigint> {
    const accountId = await openBooks(suite)
    await grantCredit(suite.db, {
      ...deposit(accountId, 'welcome', 0n),
      code: 'deposit_welcome',
      category: 'promotional',
      promoted: usd(10n),
      expiresAt: EXPIRY,
    })
    return accountId
  }

  test('is used in the millisecond before its instant and expired at it', async () => {
    const accountId = await promoted()
    const before = new Date(EXPIRY.getTime() - 1)
    expect((await spend(accountId, 'usage:1', 4n, { limit: 0n, now: before })).status).toBe('posted')
    expect(await balanceOf(accountId, before)).toBe(6n)
    expect(await balanceOf(accountId, EXPIRY)).toBe(0n)
    expect((await spend(accountId, 'usage:2', 1n, { limit: 0n, now: EXPIRY })).status).toBe('insufficient')
  })

  test('is either used or expired, never both, however both race', async () => {
    for (let round = 0; round < repetitions({ usual: 10, long: 200 }); round++) {
      const accountId = await promoted()
      const before = new Date(EXPIRY.getTime() - 1)
      const [early, late] = await Promise.all([
        spend(accountId, 'usage:1', 10n, { limit: 0n, now: before }),
        spend(accountId, 'usage:2', 10n, { limit: 0n, now: EXPIRY }),
        suite.db.sql`select ledger.expire_grants(${accountId}, ${EXPIRY})`,
      ])
      const rows = await suite.db.sql`
        select code, total_micros from ledger.posting where account_id = ${accountId} and code <> 'deposit_welcome'`
      expect(late.status).toBe('insufficient')
      expect([...rows]).toEqual([{ code: early.status === 'posted' ? 'usage' : 'expiry', total_micros: 10n }])
    }
  })
})

test('postings of one moment are kept apart by microseconds, in the order of recording', async () => {
  const accountId = await funded(10_000n)
  const batch = Array.from({ length: 1_100 }, (_, i) => ({
    accountId,
    code: 'usage' as const,
    reference: `usage:${i}`,
    amount: usd(1n),
    overdraftLimit: null,
    occurredAt: NOW,
  }))
  await spendCredits(suite.db, batch, NOW)
  const [row] = await suite.db.sql`
    select count(distinct occurred_at)::int as moments, bool_and(in_order) as in_order,
      max(occurred_at) - min(occurred_at) < interval '2 milliseconds' as close
    from (select occurred_at, occurred_at > lag(occurred_at::timestamptz, 1, '-infinity') over (order by id) as in_order
      from ledger.posting where account_id = ${accountId}) as postings`
  expect(row).toEqual({ moments: 1_101, in_order: true, close: true })
})

test('while connections are killed under load, what was acknowledged is what is stored', async () => {
  const accounts = await times(4, () => funded(1_000_000n))
  const wallet = (i: number) => accounts[i % 4] ?? 0n
  const killer = postgres(suite.superuserUrl, { max: 1, onnotice: () => {} })
  let running = true
  const kills = (async () => {
    let killed = 0
    while (running) {
      const rows = await killer`
        select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid() and usename = 'talktime_app' limit 1`
      killed += rows.length
      await spend(wallet(killed), `usage:between-${killed}`, 1n)
    }
    return killed
  })()
  const outcomes = await times(8, async (worker) => {
    const mine: PostingOutcome[] = []
    for (let i = 0; i < repetitions({ usual: 40, long: 1_000 }); i++) {
      mine.push(await spend(wallet(worker + i), `usage:${worker}-${i}`, 1n))
    }
    return mine
  })
  running = false
  expect(await kills).toBeGreaterThan(3)
  await killer.end()
  const acknowledged = outcomes.flat()
  expect(count(acknowledged, 'posted') + count(acknowledged, 'replayed')).toBe(acknowledged.length)
  const [stored] = await suite.db.sql<{ n: number }[]>`
    select count(*)::int as n from ledger.posting where account_id in ${suite.db.sql(accounts.map(String))} and reference ~ '^usage:[0-9]'`
  expect(stored?.n).toBe(acknowledged.length)
})

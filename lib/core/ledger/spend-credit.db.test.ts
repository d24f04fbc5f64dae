import postgres from 'postgres'
import { expect, test } from 'vitest'
import { usd, ZERO } from '@/lib/kit/money'
import { openBooks } from '@/lib/testing/ledger/open-books'
import { useTestDatabase } from '@/lib/testing/use-test-database'
import { getBalance } from './get-balance'
import { grantCredit } from './grant-credit'
import { spendBatch } from './spend-batch'
import { spendCredit, type CreditSpend } from './spend-credit'
import { spendCredits } from './spend-credits'

const suite = useTestDatabase()
const NOW = new Date('2026-03-01T10:00:00Z')
const LATER = new Date('2026-03-01T10:00:01Z')

function spendOf(accountId: bigint, event: string, micros: bigint, now: Date): CreditSpend {
  const spend = { accountId, code: 'usage', reference: `usage:${event}`, overdraftLimit: null } as const
  return { ...spend, amount: usd(micros), occurredAt: now, now }
}

function usage(accountId: bigint, event: string, micros = 1n, now = NOW) {
  return spendCredit(suite.db, spendOf(accountId, event, micros, now))
}

/** How many statements wrote these postings. */
async function commitsOf(accountIds: readonly bigint[]): Promise<number> {
  const rows = await suite.db.sql`
    select distinct xmin::text from ledger.posting where account_id in ${suite.db.sql(accountIds.map(String))}`
  return rows.length
}

async function openMany(n: number): Promise<bigint[]> {
  return Promise.all(Array.from({ length: n }, () => openBooks(suite)))
}

/** Holds the accounts' locks from outside until `release` is called. */
async function lockElsewhere(accountIds: readonly bigint[]): Promise<() => Promise<void>> {
  const other = postgres(suite.superuserUrl, { max: 1, onnotice: () => {} })
  for (const accountId of accountIds)
    await other`select pg_advisory_lock(${String(accountId)}::bigint | 4611686018427387904)`
  return () => other.end({ timeout: 5 })
}

test('spends of an account that come while one is on its way go together, each with its own outcome', async () => {
  const accountId = await openBooks(suite)
  const outcomes = await Promise.all(Array.from({ length: 60 }, (_, i) => usage(accountId, `${i % 50}`)))
  const posted = outcomes.filter((outcome) => outcome.status === 'posted')
  expect(posted).toHaveLength(50)
  expect(outcomes.filter((outcome) => outcome.status === 'replayed')).toHaveLength(10)
  const balances = posted.map((outcome) => ('balance' in outcome ? outcome.balance.micros : null))
  expect(new Set(balances).size).toBe(50)
  expect(await commitsOf([accountId])).toBeLessThan(10)
})

test('spends of many wallets that come while calls are on their way go together', async () => {
  const accounts = await openMany(60)
  const outcomes = await Promise.all(accounts.map((accountId) => usage(accountId, 'one')))
  expect(outcomes.map((outcome) => outcome.status)).toEqual(accounts.map(() => 'posted'))
  expect(await commitsOf(accounts)).toBeLessThan(10)
})

test('spends of different moments go together, each at its own', async () => {
  const accountId = await openBooks(suite)
  await grantCredit(suite.db, {
    ...{ accountId, code: 'deposit_welcome', reference: 'welcome', category: 'promotional', priority: 0 },
    ...{ paid: ZERO, promoted: usd(10n), expiresAt: LATER, occurredAt: NOW, now: NOW },
  })
  const others = await openMany(3)
  const spends = [...others, accountId, accountId, ...others, accountId]
  const moments = [NOW, LATER, NOW, NOW, NOW, LATER, NOW, LATER, LATER]
  const outcomes = await Promise.all(spends.map((id, i) => usage(id, `${i}`, 4n, moments[i] ?? NOW)))
  const overdrafts = outcomes.map((outcome) =>
    'answer' in outcome ? outcome.answer['overdraftMicros'] : null,
  )
  expect(overdrafts).toEqual([4, 4, 4, 0, 0, 4, 4, 4, 4])
  expect(await commitsOf(spends)).toBeLessThan(6)
})

test('nobody waits for a wallet that someone else has locked, and whoever spends from it does not lose its turn', async () => {
  const [locked = 0n, ...others] = await openMany(20)
  const release = await lockElsewhere([locked])
  const told: bigint[] = []
  const spend = (accountId: bigint, event: string) =>
    usage(accountId, event).then((outcome) => {
      told.push(accountId)
      return outcome
    })
  const held = ['first', 'second', 'third'].map((event) => spend(locked, event))
  const free = others.flatMap((accountId) => [spend(accountId, 'first'), spend(accountId, 'second')])
  await Promise.all(free)
  expect(told).not.toContain(locked)
  await release()
  const outcomes = await Promise.all([...held, ...free])
  expect(new Set(outcomes.map((outcome) => outcome.status))).toEqual(new Set(['posted']))
})

test('a batch that does not wait answers busy for what is locked, and books the rest', async () => {
  const accounts = await openMany(12)
  const spends = accounts.map((accountId) => spendOf(accountId, 'one', 1n, NOW))
  for (const few of [spends.slice(0, 1), spends.slice(0, 3), spends]) {
    const release = await lockElsewhere([accounts[0] ?? 0n])
    const answers = await spendBatch(suite.db, few, { waits: false })
    expect(answers[0]?.status).toBe('busy')
    expect(answers.slice(1).filter(({ status }) => status === 'busy')).toEqual([])
    await release()
  }
  const balances = await Promise.all(accounts.map((accountId) => getBalance(suite.db, accountId, NOW)))
  expect(balances.map((read) => read?.balance.micros)).toEqual(accounts.map((_, i) => (i === 0 ? 0n : -1n)))
})

test('a batch books what is free while it waits for a wallet that someone else has locked, and answers in its order', async () => {
  const accounts = await openMany(12)
  const spends = accounts.flatMap((accountId) => [
    spendOf(accountId, 'one', 1n, NOW),
    spendOf(accountId, 'two', 2n, NOW),
  ])
  const release = await lockElsewhere([accounts[3] ?? 0n])
  const batch = spendCredits(suite.db, spends, NOW)
  const balances = async () => {
    const read = await Promise.all(accounts.map((accountId) => getBalance(suite.db, accountId, NOW)))
    return read.map((one) => one?.balance.micros)
  }
  await expect.poll(balances).toEqual(accounts.map((_, i) => (i === 3 ? 0n : -3n)))
  await release()
  const outcomes = await batch
  expect(await balances()).toEqual(accounts.map(() => -3n))
  expect(outcomes.map((outcome) => 'balance' in outcome && outcome.balance.micros)).toEqual(
    accounts.flatMap(() => [-1n, -3n]),
  )
})

test('one that the database cannot take fails alone', async () => {
  const [first = 0n, second = 0n] = await openMany(2)
  const amounts = [1n, 1n, 2n ** 63n, 1n]
  const told = await Promise.allSettled(
    [first, second].flatMap((accountId) => amounts.map((micros, i) => usage(accountId, `${i}`, micros))),
  )
  const each = ['fulfilled', 'fulfilled', 'rejected', 'fulfilled']
  expect(told.map((one) => one.status)).toEqual([...each, ...each])
})

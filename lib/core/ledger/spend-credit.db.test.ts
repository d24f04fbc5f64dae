import { expect, test } from 'vitest'
import { usd } from '@/lib/kit/money'
import { openBooks } from '@/lib/testing/ledger/open-books'
import { useTestDatabase } from '@/lib/testing/use-test-database'
import { spendCredit } from './spend-credit'

const suite = useTestDatabase()
const NOW = new Date('2026-03-01T10:00:00Z')
const LATER = new Date('2026-03-01T10:00:01Z')

function usage(accountId: bigint, event: string, micros = 1n, now = NOW) {
  const spend = { accountId, code: 'usage', reference: `usage:${event}`, overdraftLimit: null } as const
  return spendCredit(suite.db, { ...spend, amount: usd(micros), occurredAt: now, now })
}

/** How many statements wrote the account's postings. */
async function commitsOf(accountId: bigint): Promise<number> {
  const rows = await suite.db.sql`
    select distinct xmin::text from ledger.posting where account_id = ${accountId}`
  return rows.length
}

test('spends of an account that come while one is on its way go together, each with its own outcome', async () => {
  const accountId = await openBooks(suite)
  const outcomes = await Promise.all(Array.from({ length: 60 }, (_, i) => usage(accountId, `${i % 50}`)))
  const posted = outcomes.filter((outcome) => outcome.status === 'posted')
  expect(posted).toHaveLength(50)
  expect(outcomes.filter((outcome) => outcome.status === 'replayed')).toHaveLength(10)
  const balances = posted.map((outcome) => ('balance' in outcome ? outcome.balance.micros : null))
  expect(new Set(balances).size).toBe(50)
  expect(await commitsOf(accountId)).toBeLessThan(10)
})

test('spends of different moments do not go together', async () => {
  const accountId = await openBooks(suite)
  const moments = [NOW, LATER, NOW, LATER]
  await Promise.all(moments.map((now, i) => usage(accountId, `${i}`, 1n, now)))
  expect(await commitsOf(accountId)).toBe(4)
})

test('one that the database cannot take fails alone', async () => {
  const accountId = await openBooks(suite)
  const amounts = [1n, 1n, 2n ** 63n, 1n]
  const told = await Promise.allSettled(amounts.map((micros, i) => usage(accountId, `${i}`, micros)))
  expect(told.map((one) => one.status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled'])
})

import { expect, test } from 'vitest'
import { usd, ZERO } from '@/lib/kit/money'
import { openBooks } from '@/lib/testing/ledger/open-books'
import { useTestDatabase } from '@/lib/testing/use-test-database'
import { clawBackCredit } from './claw-back-credit'
import { expireDueGrants } from './expire-due-grants'
import { getBalance } from './get-balance'
import { grantCredit } from './grant-credit'
import { reversePosting } from './reverse-posting'
import { spendCredit } from './spend-credit'
import { spendCredits } from './spend-credits'

const suite = useTestDatabase()
const DAY = 86_400_000
const NOW = new Date('2026-03-01T10:00:00Z')
const LONG_AGO = new Date(NOW.getTime() - 40 * DAY)

async function funded(): Promise<bigint> {
  const accountId = await openBooks(suite)
  await grantCredit(suite.db, {
    accountId,
    code: 'deposit_card',
    reference: 'in_1',
    category: 'purchased',
    priority: 0,
    paid: usd(10n),
    promoted: ZERO,
    expiresAt: null,
    occurredAt: LONG_AGO,
    now: LONG_AGO,
  })
  return accountId
}

function usage(accountId: bigint, micros: bigint, occurredAt = LONG_AGO) {
  const spend = { accountId, code: 'usage', reference: `usage:${micros}`, overdraftLimit: null } as const
  return { ...spend, amount: usd(micros), occurredAt }
}

async function belowZeroSince(accountId: bigint): Promise<Date | null | undefined> {
  return (await getBalance(suite.db, accountId, NOW))?.belowZeroSince
}

test('usage reported 40 days late takes the balance below zero when it is reported', async () => {
  const accountId = await funded()
  await spendCredit(suite.db, { ...usage(accountId, 11n), now: NOW })
  expect(await belowZeroSince(accountId)).toEqual(NOW)
})

test('usage reported late in a batch does so too', async () => {
  const accountId = await funded()
  await spendCredits(suite.db, [usage(accountId, 10n), usage(accountId, 1n)], NOW)
  expect(await belowZeroSince(accountId)).toEqual(NOW)
})

test('usage dated ahead of the clock takes it below zero at its own moment', async () => {
  const accountId = await funded()
  const ahead = new Date(NOW.getTime() + 1_000)
  await spendCredit(suite.db, { ...usage(accountId, 11n, ahead), now: NOW })
  expect(await belowZeroSince(accountId)).toEqual(ahead)
})

test('a refund or the reversal of a deposit that is booked late counts from its booking', async () => {
  const [refunded, reversed] = [await funded(), await funded()]
  const late = { occurredAt: LONG_AGO, now: NOW }
  for (const accountId of [refunded, reversed]) {
    await spendCredit(suite.db, { ...usage(accountId, 10n), now: LONG_AGO })
  }
  await clawBackCredit(suite.db, {
    ...late,
    accountId: refunded,
    code: 'refund',
    reference: 're_1',
    grantReference: 'in_1',
    amount: usd(10n),
  })
  await reversePosting(suite.db, { ...late, accountId: reversed, targetReference: 'in_1' })
  expect(await belowZeroSince(refunded)).toEqual(NOW)
  expect(await belowZeroSince(reversed)).toEqual(NOW)
})

test('an expiry was known ahead and counts from its instant, however late it is booked', async () => {
  const expiresAt = new Date(NOW.getTime() - 5 * DAY)
  const accountId = await funded()
  const long = { accountId, occurredAt: LONG_AGO, now: LONG_AGO }
  await spendCredit(suite.db, { ...usage(accountId, 2n), now: LONG_AGO })
  await grantCredit(suite.db, {
    ...long,
    code: 'allowance',
    reference: 'allowance',
    category: 'allowance',
    priority: 0,
    paid: ZERO,
    promoted: usd(3n),
    expiresAt,
  })
  const refund = { code: 'refund', reference: 're_1', grantReference: 'in_1', amount: usd(10n) } as const
  await clawBackCredit(suite.db, { ...long, ...refund })
  const before = await belowZeroSince(accountId)
  await expireDueGrants(suite.db, NOW, 10)
  expect([before, await belowZeroSince(accountId)]).toEqual([expiresAt, expiresAt])
})

import { beforeEach, describe, expect, it } from 'vitest'
import { openTestAccount } from '@/lib/testing/open-test-account'
import { useTestDatabase } from '@/lib/testing/use-test-database'

const database = useTestDatabase()
const NOW = new Date('2026-11-21T12:00:00Z')
let accountId: bigint

beforeEach(async () => {
  accountId = (await openTestAccount(database.db, { now: NOW })).accountId
})

const overdraw = (micros: bigint) => database.db.sql`
  select ledger.spend(${accountId}, 'usage', 'usage:1', ${micros}, null, ${NOW}, ${NOW})`
const paySubscription = (micros: bigint) => database.db.sql`
  select ledger.pay_subscription(${accountId}, 'in_1', ${micros}, ${NOW}, ${NOW})`
const repay = async (micros: bigint, reference = 'due_1') => {
  const [row] = await database.db.sql<{ status: string; balance_micros: bigint | null; answer: unknown }[]>`
    select status, balance_micros, answer from ledger.repay(${accountId}, ${reference}, ${micros}, ${NOW}, ${NOW})`
  return row
}
const kinds = async () => {
  const rows = await database.db.sql<{ kind: string; balance_micros: bigint }[]>`
    select kind, balance_micros from ledger.ledger_account
     where account_id = ${accountId} and balance_micros <> 0 order by id`
  return rows.map((row) => [row.kind, row.balance_micros])
}

describe('ledger.repay', () => {
  it('moves from subscriptions to the overdraft, and is no deposit', async () => {
    await overdraw(3_000_000n)
    await paySubscription(15_000_000n)
    expect(await repay(3_000_000n)).toMatchObject({
      status: 'posted',
      balance_micros: 0n,
      answer: { repaidMicros: 3_000_000, grantedMicros: 0 },
    })
    expect(await kinds()).toEqual([
      ['stripe', -15_000_000n],
      ['subscriptions', 12_000_000n],
      ['usage', 3_000_000n],
    ])
  })

  it('makes credit of what is not owed any more', async () => {
    await overdraw(1_999_999n)
    await paySubscription(15_000_000n)
    expect(await repay(2_000_000n)).toMatchObject({
      status: 'posted',
      balance_micros: 1n,
      answer: { repaidMicros: 1_999_999, grantedMicros: 1 },
    })
  })

  it('answers a repeat as it did, and refuses another amount under the reference', async () => {
    await overdraw(3_000_000n)
    await paySubscription(15_000_000n)
    await repay(3_000_000n)
    expect(await repay(3_000_000n)).toMatchObject({ status: 'replayed', balance_micros: 0n })
    expect(await repay(3_000_001n)).toMatchObject({ status: 'mismatch' })
  })

  it('gives no more than subscriptions were paid, and nothing for an amount that is none', async () => {
    await overdraw(3_000_000n)
    expect(await repay(3_000_000n)).toMatchObject({ status: 'insufficient' })
    await paySubscription(2_999_999n)
    expect(await repay(3_000_000n)).toMatchObject({ status: 'insufficient' })
    expect(await repay(0n)).toMatchObject({ status: 'invalid' })
    expect(await repay(-1n)).toMatchObject({ status: 'invalid' })
  })

  it('posts once for twenty calls at once', async () => {
    await overdraw(3_000_000n)
    await paySubscription(15_000_000n)
    const answers = await Promise.all(Array.from({ length: 20 }, () => repay(3_000_000n)))
    expect(answers.filter((answer) => answer?.status === 'posted')).toHaveLength(1)
    expect(answers.filter((answer) => answer?.status === 'replayed')).toHaveLength(19)
  })
})

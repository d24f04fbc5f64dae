import { beforeEach, describe, expect, it } from 'vitest'
import type { Actor } from '@/lib/core/actor'
import { getBalance } from '@/lib/core/ledger/get-balance'
import { listNumbers } from '@/lib/core/numbers/list-numbers'
import { recordUsage } from '@/lib/core/usage/record-usage'
import { usdFromCents } from '@/lib/kit/money'
import { makeContext } from '@/lib/server/container'
import { openTestAccount, type TestAccount } from '@/lib/testing/open-test-account'
import { useTestContainer } from '@/lib/testing/test-container'
import { startTopUp } from '@/lib/testing/top-up'
import { useLocalStripe } from '@/lib/testing/use-local-stripe'
import { useTestDatabase } from '@/lib/testing/use-test-database'
import { handBackClaims } from './hand-back-numbers'
import { releaseNumbers } from './release-numbers'
import { sendMail } from './send-mail'
import { takeRent } from './take-rent'

const DAY = 86_400
const database = useTestDatabase()
const stripe = useLocalStripe()
const container = useTestContainer(database, () => stripe.env)

const contextOf = (actor: Actor) => makeContext(container(), actor, 'req_test')
const numbersOf = async ({ owner }: TestAccount) => listNumbers(await contextOf(owner))

/** Below zero by 2.00 from now on. */
async function openInDebt(): Promise<TestAccount> {
  const now = await container().clock.read()
  const account = await openTestAccount(database.db, { now })
  await recordUsage(await contextOf(account.owner), [
    {
      id: 'call',
      numberId: null,
      fareName: 'Call',
      billedQuantity: 1,
      amount: usdFromCents(200),
      occurredAt: now,
    },
  ])
  return account
}

/** Pays 25.00 dollars in a Checkout, of which no event ever tells. */
async function payUnheard(account: TestAccount): Promise<void> {
  const context = () => contextOf(account.owner)
  const { sessionId } = await startTopUp(container(), { accountId: account.accountId, context })
  expect(await stripe.pay(sessionId, { cents: 2_500 })).toMatchObject({ kind: 'complete' })
}

beforeEach(() => stripe.calm())

describe('the job that releases numbers', () => {
  it('releases those of an account whose time is up, and the carrier has them back', async () => {
    const account = await openInDebt()
    const [number] = await numbersOf(account)
    await stripe.advance(30 * DAY - 60)
    expect(await releaseNumbers(container())).toEqual({ warned: 1, released: 0 })
    await stripe.advance(120)
    expect(await releaseNumbers(container())).toEqual({ warned: 0, released: 1 })
    expect(await numbersOf(account)).toEqual([])
    await handBackClaims(container())
    const [pooled] = await database.db
      .sql`select claim_id from number_pool where number = ${number?.number ?? ''}`
    expect(pooled).toEqual({ claim_id: null })
  })

  it('keeps the numbers of a customer who has paid, though no event has told of it', async () => {
    const account = await openInDebt()
    await stripe.advance(30 * DAY - 60)
    await payUnheard(account)
    await stripe.advance(120)
    expect(await releaseNumbers(container())).toMatchObject({ released: 0 })
    expect(await numbersOf(account)).toHaveLength(1)
    const now = await container().clock.read()
    expect((await getBalance(database.db, account.accountId, now))?.balance).toEqual(usdFromCents(2_300))
  })

  it('releases nothing in doubt: where Stripe cannot be asked about an open Checkout, and nobody else waits for it', async () => {
    const [paying, other] = [await openInDebt(), await openInDebt()]
    await stripe.advance(30 * DAY - 60)
    await payUnheard(paying)
    await stripe.advance(120)
    await stripe.plan({ rates: { '500': 1 } })
    await expect(releaseNumbers(container())).rejects.toThrow(
      '1 accounts below zero could not be dealt with.',
    )
    expect([await numbersOf(paying), await numbersOf(other)].map((held) => held.length)).toEqual([1, 0])
    await stripe.calm()
    await releaseNumbers(container())
    expect(await numbersOf(paying)).toHaveLength(1)
  })

  it('and rent may run any number of times at once', async () => {
    const account = await openInDebt()
    await stripe.advance(31 * DAY)
    const jobs = Array.from({ length: 6 }, (_, turn) =>
      turn % 2 === 0 ? takeRent(container()) : releaseNumbers(container()),
    )
    await Promise.all(jobs)
    expect(await numbersOf(account)).toEqual([])
  })
})

describe('the job that sends mail', () => {
  it('leaves it in the outbox where no server is configured', async () => {
    const [before] = await database.db.sql`select count(*) from mail where state = 'queued'`
    expect(before).not.toEqual({ count: 0n })
    expect(await sendMail(container())).toEqual({ sent: 0 })
    expect(await database.db.sql`select count(*) from mail where state = 'queued'`).toEqual([before])
  })
})

import { describe, expect, it } from 'vitest'
import { grantCredit } from '@/lib/core/ledger/grant-credit'
import { openDatabase } from '@/lib/db/client'
import { usd, usdFromCents } from '@/lib/kit/money'
import { openTestAccount, type TestAccount } from '@/lib/testing/open-test-account'
import { testContext } from '@/lib/testing/test-context'
import { useTestDatabase } from '@/lib/testing/use-test-database'
import { releaseNumber } from '../numbers/release-number'
import { recordUsage } from '../usage/record-usage'
import { getWallet } from './get-wallet'
import { readBilling } from './read-billing'

const suite = useTestDatabase()
const now = new Date('2026-05-10T12:00:00Z')
const at = (hours: number) => new Date(now.getTime() + hours * 60 * 60 * 1000)
const contextOf = (account: TestAccount, moment = now) =>
  testContext({ db: suite.db, actor: account.owner, now: moment })

function deposit(
  account: TestAccount,
  reference: string,
  hours: number,
  code: 'deposit_card' | 'deposit_manual',
) {
  return grantCredit(suite.db, {
    accountId: account.accountId,
    code,
    reference,
    category: 'purchased',
    priority: 0,
    paid: usdFromCents(2_500),
    promoted: usd(0n),
    expiresAt: null,
    occurredAt: at(hours),
    now,
  })
}

describe('getWallet', () => {
  it('shows a new account its number and its welcome credit', async () => {
    const account = await openTestAccount(suite.db, { welcomeCents: 500, now })
    const wallet = await getWallet(contextOf(account))
    expect(wallet).toEqual({
      balance: usdFromCents(500),
      numbersReleaseAt: null,
      numbers: [
        {
          id: expect.stringMatching(/^num_/) as string,
          number: expect.stringMatching(/^\+1/) as string,
          nickname: null,
          mode: 'PAYG',
        },
      ],
      deposits: [{ createdAt: now, amount: usdFromCents(500), kind: 'welcome', invoiceId: null }],
      recentUsage: [],
    })
  })

  it('lists the 20 newest deposits, newest first, and the invoice of those by card', async () => {
    const account = await openTestAccount(suite.db, { now: at(-1_000) })
    for (let index = 0; index < 21; index++)
      await deposit(account, `in_${String(index)}`, -index, 'deposit_card')
    await deposit(account, 'manual-1', 1, 'deposit_manual')
    const { deposits, balance } = await getWallet(contextOf(account))
    expect(deposits).toHaveLength(20)
    expect(deposits[0]).toMatchObject({ kind: 'manual', invoiceId: null })
    expect(deposits.slice(1).map((row) => row.invoiceId)).toEqual(
      Array.from({ length: 19 }, (_, index) => `in_${String(index)}`),
    )
    expect(balance).toEqual(usdFromCents(22 * 2_500))
  })

  it('shows a deposit whole, also what repaid a debt, and lifts the threat to the numbers', async () => {
    const account = await openTestAccount(suite.db, { now })
    const use = (id: string, micros: bigint) =>
      recordUsage(contextOf(account), [
        { id, numberId: null, fareName: 'Call', billedQuantity: 1, amount: usd(micros), occurredAt: now },
      ])
    await use('a', 30_000_000n)
    const inDebt = await getWallet(contextOf(account))
    expect(inDebt.numbersReleaseAt).toEqual(at(30 * 24))
    await deposit(account, 'in_1', 0, 'deposit_card')
    expect(await getWallet(contextOf(account))).toMatchObject({
      balance: usd(-5_000_000n),
      numbersReleaseAt: at(30 * 24),
      deposits: [{ amount: usdFromCents(2_500) }],
    })
    await deposit(account, 'in_2', 0, 'deposit_card')
    expect((await getWallet(contextOf(account))).numbersReleaseAt).toBeNull()
    await use('b', 20_000_001n)
    expect((await getWallet(contextOf(account, at(5)))).numbersReleaseAt).toEqual(at(30 * 24))
  })

  it('lists the 20 newest usage rows, newest first', async () => {
    const account = await openTestAccount(suite.db, { now })
    const events = Array.from({ length: 25 }, (_, index) => ({
      id: `event-${String(index)}`,
      numberId: null,
      fareName: `Fare ${String(index)}`,
      billedQuantity: 1,
      amount: usd(1n),
      occurredAt: at(-index),
    }))
    await recordUsage(contextOf(account), events)
    const { recentUsage } = await getWallet(contextOf(account))
    expect(recentUsage.map((row) => row.fareName)).toEqual(events.slice(0, 20).map((event) => event.fareName))
  })

  it('keeps accounts apart', async () => {
    const [account, other] = await Promise.all([
      openTestAccount(suite.db, { now }),
      openTestAccount(suite.db, { welcomeCents: 500, now }),
    ])
    const [mine, theirs] = await Promise.all([getWallet(contextOf(account)), getWallet(contextOf(other))])
    expect([mine.balance.micros, mine.deposits.length]).toEqual([0n, 0])
    expect(mine.numbers[0]?.id).not.toBe(theirs.numbers[0]?.id)
  })

  it('hides numbers that were released', async () => {
    const account = await openTestAccount(suite.db, { now })
    const { numbers } = await getWallet(contextOf(account))
    for (const { id } of numbers) await releaseNumber(contextOf(account), id)
    expect((await getWallet(contextOf(account))).numbers).toEqual([])
  })

  it('can be read by the read-only role, whose handle cannot write', async () => {
    const account = await openTestAccount(suite.db, { welcomeCents: 500, now })
    const db = openDatabase(suite.readonlyUrl, { poolSize: 1, applicationName: 'test' })
    const wallet = await getWallet(testContext({ db, actor: account.owner, now }))
    expect(wallet.balance).toEqual(usdFromCents(500))
    await db.close()
  })
})

describe('readBilling', () => {
  const claim = { subscribedEndpoints: [], endpoints: ['GET /a', 'GET /b'], callsPerSecond: 20 }

  it('claims the calls that follow, but only for an account that has a customer', async () => {
    const account = await openTestAccount(suite.db, { now })
    const read = () => readBilling(suite.db, { accountId: account.accountId, now, claim })
    expect(await read()).toMatchObject({ customerId: null, claimed: false })
    expect(await suite.db.sql`select * from provider_call_budget`).toHaveLength(0)
    await suite.db.sql`update account set stripe_customer_id = 'cus_1' where id = ${account.accountId}`
    expect(await read()).toMatchObject({ customerId: 'cus_1', claimed: true })
    const [bucket] = await suite.db.sql`select tokens from provider_call_budget where endpoint = 'GET /a'`
    expect(bucket).toMatchObject({ tokens: 4 })
  })

  it('still reads when the budget is used up', async () => {
    const account = await openTestAccount(suite.db, { now })
    await suite.db.sql`update account set stripe_customer_id = 'cus_2' where id = ${account.accountId}`
    await suite.db.sql`update provider_call_budget set tokens = 0, refilled_at = now() + interval '1 hour'`
    expect(await readBilling(suite.db, { accountId: account.accountId, now, claim })).toMatchObject({
      customerId: 'cus_2',
      claimed: false,
    })
  })
})

import postgres from 'postgres'
import { beforeAll, describe, expect, it } from 'vitest'
import { listActivity } from '@/lib/core/activity/list-activity'
import { assignPlan } from '@/lib/core/allowance/assign-plan'
import { definePlan } from '@/lib/core/allowance/define-plan'
import { clawBackCredit } from '@/lib/core/ledger/claw-back-credit'
import { grantCredit } from '@/lib/core/ledger/grant-credit'
import { reversePosting } from '@/lib/core/ledger/reverse-posting'
import { buyNumber } from '@/lib/core/numbers/buy-number'
import { recordUsage } from '@/lib/core/usage/record-usage'
import { usd, usdFromCents, ZERO, type Money } from '@/lib/kit/money'
import { openTestAccount, type TestAccount } from '@/lib/testing/open-test-account'
import { SYSTEM, testContext } from '@/lib/testing/test-context'
import { useTestDatabase } from '@/lib/testing/use-test-database'
import { getCreditStatus } from './get-credit-status'
import { getCreditUsage } from './get-credit-usage'
import { getReceipt } from './get-receipt'
import { listConsumption } from './list-consumption'
import { listCreditTransactions, type CreditTransactionKind } from './list-credit-transactions'

const suite = useTestDatabase()
const NOW = new Date('2026-05-10T12:00:00Z')
const DAY_MS = 86_400_000
const before = (ms: number) => new Date(NOW.getTime() - ms)

const contextOf = (account: TestAccount, now = NOW) =>
  testContext({ db: suite.db, actor: account.program, now })
const open = (welcomeCents = 0) => openTestAccount(suite.db, { welcomeCents, now: before(100 * DAY_MS) })

const use = (
  account: TestAccount,
  id: string,
  micros: bigint,
  occurredAt: Date,
  kind: 'call' | 'sms' = 'call',
) =>
  recordUsage(contextOf(account), [
    {
      id,
      numberId: null,
      number: null,
      kind,
      destination: '+442071838750',
      quantity: 61,
      fareName: 'Call to the United Kingdom',
      billedQuantity: 120,
      amount: usd(micros),
      occurredAt,
    },
  ])

const deposit = (account: TestAccount, reference: string, paid: Money, occurredAt: Date) =>
  grantCredit(suite.db, {
    accountId: account.accountId,
    code: 'deposit_card',
    reference,
    category: 'purchased',
    priority: 0,
    paid,
    promoted: ZERO,
    expiresAt: null,
    occurredAt,
    now: NOW,
  })

const rent = (account: TestAccount) =>
  buyNumber(contextOf(account), {
    areaCode: null,
    consent: 'yes',
    inboundInstruction: null,
    inboundVoiceGender: null,
    inboundLanguage: null,
    idempotencyKey: null,
  })

/** A deposit that an automatic purchase made, as far as the books and the orders tell. */
async function depositAutomatically(account: TestAccount, id: string, occurredAt: Date): Promise<void> {
  const invoiceId = `in_${id}`
  await deposit(account, invoiceId, usdFromCents(2_000), occurredAt)
  const owner = postgres(suite.ownerUrl, { max: 1 })
  const accountId = String(account.accountId)
  await owner`
    insert into credit_order (id, account_id, stripe_customer_id, livemode, state, stripe_invoice_id, requested_by, created_at)
    values (${id}, ${accountId}, 'cus', false, 'paid', ${invoiceId}, 'system', ${occurredAt})`
  await owner`
    insert into purchase (id, account_id, trigger, amount_micros, state, created_at)
    values (${id}, ${accountId}, 'threshold', 20000000, 'succeeded', ${occurredAt})`
  await owner.end()
}

const kindsOf = async (account: TestAccount, kinds: CreditTransactionKind[] | null = null, limit = 50) =>
  (await listCreditTransactions(contextOf(account), { kinds, limit })).map(({ kind }) => kind)

describe('listCreditTransactions', () => {
  let account: TestAccount
  beforeAll(async () => {
    account = await open(500)
    await deposit(account, 'in_bought', usdFromCents(2_500), before(9_000))
    await use(account, 'u1', 4_200n, before(8_000))
    await depositAutomatically(account, 'ord_auto', before(7_000))
    await clawBackCredit(suite.db, {
      accountId: account.accountId,
      code: 'refund',
      reference: 're_1',
      grantReference: 'in_bought',
      amount: usdFromCents(500),
      occurredAt: before(6_000),
      now: NOW,
    })
    await reversePosting(suite.db, {
      accountId: account.accountId,
      targetReference: 'usage:u1',
      occurredAt: before(5_000),
      now: NOW,
    })
    await suite.db.sql`
      select ledger.pay_subscription(${account.accountId}, 'in_sub', 36000000, ${before(4_000)}, ${NOW})`
    await rent(account)
  })

  it('tells what came in and what went out, newest first, and nothing that never touched the wallet', async () => {
    const listed = await listCreditTransactions(contextOf(account), { kinds: null, limit: 50 })
    expect(listed.map(({ kind, code, change }) => [kind, code, change.micros])).toEqual([
      ['usage', 'rent', -3_000_000n],
      ['adjustment', 'reversal', 4_200n],
      ['refund', 'refund', -5_000_000n],
      ['automatic', 'deposit_card', 20_000_000n],
      ['usage', 'usage', -4_200n],
      ['purchase', 'deposit_card', 25_000_000n],
      ['welcome', 'deposit_welcome', 5_000_000n],
    ])
    expect(listed[4]).toMatchObject({
      fareName: 'Call to the United Kingdom',
      occurredAt: '2026-05-10T11:59:52Z',
    })
    expect(listed[0]).toMatchObject({ number: expect.stringMatching(/^\+1/) })
  })

  it('agrees with the activity about what each did to the wallet', async () => {
    const { items } = await listActivity(contextOf(account), { filter: 'all', limit: 100, cursor: null })
    const changes = items.filter(({ type }) => type !== 'payment').map(({ change }) => change)
    const listed = await listCreditTransactions(contextOf(account), { kinds: null, limit: 100 })
    expect(listed.map(({ change }) => change)).toEqual(changes)
  })

  it.each<[CreditTransactionKind[], CreditTransactionKind[]]>([
    [['purchase'], ['purchase']],
    [['automatic'], ['automatic']],
    [
      ['purchase', 'automatic'],
      ['automatic', 'purchase'],
    ],
    [['usage'], ['usage', 'usage']],
    [
      ['welcome', 'refund'],
      ['refund', 'welcome'],
    ],
    [['adjustment'], ['adjustment']],
    [[], []],
  ])('of the kinds %j lists %j', async (kinds, listed) => {
    expect(await kindsOf(account, kinds)).toEqual(listed)
  })

  it('goes no further than the limit', async () => {
    expect(await kindsOf(account, null, 2)).toEqual(['usage', 'adjustment'])
    expect(await kindsOf(account, ['purchase', 'welcome'], 1)).toEqual(['purchase'])
  })

  it('gives each a UUID that stays', async () => {
    const ids = async () =>
      (await listCreditTransactions(contextOf(account), { kinds: null, limit: 50 })).map(({ id }) => id)
    const first = await ids()
    expect(new Set(first).size).toBe(7)
    for (const id of first)
      expect(id).toMatch(/^[\da-f]{8}-[\da-f]{4}-8[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/)
    expect(await ids()).toEqual(first)
  })

  it("has a receipt for a card's payment alone, and none of another account", async () => {
    const listed = await listCreditTransactions(contextOf(account), {
      kinds: ['usage', 'welcome'],
      limit: 50,
    })
    for (const { id } of listed) {
      await expect(getReceipt(contextOf(account), { transactionId: id })).rejects.toMatchObject({
        code: 'not_found',
      })
    }
    const [bought] = await listCreditTransactions(contextOf(account), { kinds: ['purchase'], limit: 1 })
    const other = contextOf(await open())
    await expect(getReceipt(other, { transactionId: bought?.id ?? '' })).rejects.toMatchObject({
      code: 'not_found',
    })
    expect(await listCreditTransactions(other, { kinds: null, limit: 50 })).toEqual([])
  })
})

describe('getCreditUsage', () => {
  const moments = [0, 1, 3_600_000, 12 * 3_600_000, DAY_MS, 3 * DAY_MS + 7_200_000, 30 * DAY_MS].map(before)

  it('adds up what was paid in any span of time, both ends included', async () => {
    const account = await open(5_000)
    for (const [index, at] of moments.entries())
      await use(account, `u${String(index)}`, 10n ** BigInt(index), at)
    await rent(account)
    const edges = [
      ...moments,
      new Date('2026-05-10T00:00:00Z'),
      new Date('2026-05-07T00:00:00Z'),
      before(-DAY_MS),
    ]
    for (const from of edges) {
      for (const to of edges) {
        const within = (at: Date) => at >= from && at <= to
        const expected = moments.reduce(
          (sum, at, index) => sum + (within(at) ? 10n ** BigInt(index) : 0n),
          0n,
        )
        const paid = await getCreditUsage(contextOf(account), { from, to })
        expect([from, to, paid.micros]).toEqual([from, to, expected + (within(NOW) ? 3_000_000n : 0n)])
      }
    }
  })

  it('begins with the month and ends now where nothing is said', async () => {
    const account = await open(5_000)
    await use(account, 'this month', 100n, new Date('2026-05-01T00:00:00Z'))
    await use(account, 'last month', 1_000n, new Date('2026-04-30T23:59:59.999Z'))
    expect(await getCreditUsage(contextOf(account), { from: null, to: null })).toEqual(usd(100n))
  })
})

describe('getCreditStatus', () => {
  it('has no limit without a plan, and counts what was used since the first of the month', async () => {
    const account = await open(500)
    await use(account, 'now', 1_000n, NOW)
    await use(account, 'before', 5_000n, before(15 * DAY_MS))
    expect(await getCreditStatus(contextOf(account))).toEqual({
      balance: usd(5_000_000n - 6_000n),
      limit: ZERO,
      used: usd(1_000n),
      renewsAt: null,
    })
  })

  it('counts top-ups as left and as used, and ends with the month', async () => {
    const system = testContext({ db: suite.db, actor: SYSTEM, now: NOW })
    await definePlan(system, { id: 'pro', name: 'Pro', monthly: usdFromCents(20_000), tokensMax: 3 })
    const account = await open()
    await assignPlan(system, { accountId: account.accountId, planId: 'pro' })
    await deposit(account, 'in_topup', usdFromCents(1_000), NOW)
    await use(account, 'much', 205_000_000n, NOW)
    expect(await getCreditStatus(contextOf(account))).toEqual({
      balance: usdFromCents(500),
      limit: usdFromCents(20_000),
      used: usdFromCents(20_500),
      renewsAt: new Date('2026-06-01T00:00:00Z'),
    })
  })
})

describe('listConsumption', () => {
  it('shows every page once, newest first, with nothing that came in', async () => {
    const account = await open(5_000)
    for (let index = 0; index < 7; index++) {
      await use(account, `u${String(index)}`, 4_200n, before(index * 1_000), index % 2 ? 'sms' : 'call')
    }
    await rent(account)
    await deposit(account, 'in_none', usdFromCents(100), NOW)
    const pages = []
    for (const page of [1, 2, 3, 4]) {
      pages.push(await listConsumption(contextOf(account), { page, perPage: 3 }))
    }
    expect(pages.map(({ total, items }) => [total, items.length])).toEqual([
      [8, 3],
      [8, 3],
      [8, 2],
      [8, 0],
    ])
    const items = pages.flatMap((page) => page.items)
    expect(new Set(items.map(({ id }) => id)).size).toBe(8)
    expect(items.map(({ occurredAt }) => occurredAt)).toEqual(
      items
        .map(({ occurredAt }) => occurredAt)
        .sort()
        .reverse(),
    )
    expect(items.find(({ id }) => id === 'u1')).toEqual({
      id: 'u1',
      service: 'sms',
      name: 'Call to the United Kingdom',
      cost: usd(4_200n),
      number: null,
      destination: '+442071838750',
      quantity: 61,
      billedQuantity: 120,
      occurredAt: '2026-05-10T11:59:59Z',
    })
    expect(items.filter(({ service }) => service === 'rent')).toMatchObject([{ cost: usdFromCents(300) }])
  })

  it('is empty for who used nothing', async () => {
    expect(await listConsumption(contextOf(await open()), { page: 1, perPage: 20 })).toEqual({
      items: [],
      total: 0,
      limit: ZERO,
      used: ZERO,
    })
  })
})

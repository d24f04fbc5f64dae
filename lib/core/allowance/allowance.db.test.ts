import { beforeAll, describe, expect, it } from 'vitest'
import { grantCredit } from '@/lib/core/ledger/grant-credit'
import { takeDueRent } from '@/lib/core/numbers/take-due-rent'
import { recordUsage } from '@/lib/core/usage/record-usage'
import { getWallet } from '@/lib/core/wallets/get-wallet'
import { openDatabase } from '@/lib/db/client'
import { usdFromCents, ZERO } from '@/lib/kit/money'
import { openTestAccount, type TestAccount } from '@/lib/testing/open-test-account'
import { memberActor, SYSTEM, testContext } from '@/lib/testing/test-context'
import { useTestDatabase } from '@/lib/testing/use-test-database'
import { assignPlan } from './assign-plan'
import { definePlan } from './define-plan'
import { getAllowance } from './get-allowance'
import { grantDueAllowances } from './grant-due-allowances'

const suite = useTestDatabase()
const midJanuary = new Date('2028-01-15T10:30:00.250Z')
const february = new Date('2028-02-01T00:00:00Z')
const march = new Date('2028-03-01T00:00:00Z')

const systemAt = (now: Date) => testContext({ db: suite.db, actor: SYSTEM, now })
const contextAt = (account: TestAccount, now: Date) =>
  testContext({ db: suite.db, actor: account.owner, now })
const open = (now = midJanuary) => openTestAccount(suite.db, { now })
const assign = (account: TestAccount, planId: string | null, now: Date) =>
  assignPlan(systemAt(now), { accountId: account.accountId, planId })
const runJobAt = (now: Date) => grantDueAllowances(systemAt(now), 1_000)
const balanceAt = async (account: TestAccount, now: Date) =>
  (await getWallet(contextAt(account, now))).balance
const use = (account: TestAccount, id: string, cents: number, now: Date) =>
  recordUsage(contextAt(account, now), [
    { id, numberId: null, fareName: 'Call', billedQuantity: 1, amount: usdFromCents(cents), occurredAt: now },
  ])

const deposit = (account: TestAccount, cents: number, now: Date) =>
  grantCredit(suite.db, {
    accountId: account.accountId,
    code: 'deposit_card',
    reference: `in_${now.toISOString()}`,
    category: 'purchased',
    priority: 0,
    paid: usdFromCents(cents),
    promoted: ZERO,
    expiresAt: null,
    occurredAt: now,
    now,
  })

/** Every grant of the account: its reference, cents, when it happened and when it ends. */
async function grantsOf(account: TestAccount) {
  const rows = await suite.db.sql<{ reference: string; micros: bigint; at: Date; ends: Date }[]>`
    select p.reference, p.total_micros as micros, p.occurred_at as at, g.expires_at as ends
      from ledger.posting p join ledger.ledger_account g on g.account_id = p.account_id and g.id = p.id
     where p.account_id = ${account.accountId} and p.code = 'allowance' order by p.id`
  return rows.map(({ reference, micros, at, ends }) => [
    reference,
    Number(micros / 10_000n),
    at.toISOString(),
    ends.toISOString(),
  ])
}

beforeAll(async () => {
  for (const [id, name, cents] of [
    ['basic', 'Basic', 6_000],
    ['pro', 'Pro', 20_000],
  ] as const) {
    await definePlan(systemAt(midJanuary), { id, name, monthly: usdFromCents(cents), tokensMax: null })
  }
})

describe('an allowance', () => {
  it('is there as soon as the plan is, and again on each first of the month, once', async () => {
    const account = await open()
    await assign(account, 'basic', midJanuary)
    await runJobAt(new Date(february.getTime() - 1))
    await Promise.all(Array.from({ length: 20 }, () => runJobAt(february)))
    await runJobAt(new Date(february.getTime() + 1))
    expect(await grantsOf(account)).toEqual([
      ['allowance:2028-01', 6_000, '2028-01-15T10:30:00.250Z', '2028-02-01T00:00:00.000Z'],
      ['allowance:2028-02', 6_000, '2028-02-01T00:00:00.000Z', '2028-03-01T00:00:00.000Z'],
    ])
  })

  it('does not roll over: what is left at the end of the month is gone, and what was paid for stays', async () => {
    const account = await open()
    await assign(account, 'basic', midJanuary)
    await deposit(account, 1_000, midJanuary)
    await use(account, 'a', 2_500, midJanuary)
    expect(await balanceAt(account, new Date(february.getTime() - 1))).toEqual(usdFromCents(4_500))
    expect(await balanceAt(account, february)).toEqual(usdFromCents(1_000))
    await runJobAt(february)
    expect(await balanceAt(account, february)).toEqual(usdFromCents(7_000))
  })

  it('of months in which nobody worked is not caught up on: only the running one is granted', async () => {
    const account = await open()
    await assign(account, 'basic', midJanuary)
    await runJobAt(new Date('2028-05-09T07:00:00Z'))
    expect(await grantsOf(account)).toEqual([
      expect.arrayContaining(['allowance:2028-01']),
      ['allowance:2028-05', 6_000, '2028-05-01T00:00:00.000Z', '2028-06-01T00:00:00.000Z'],
    ])
  })

  it('pays for what is used and rented before the job has come to granting it', async () => {
    const account = await open()
    await assign(account, 'basic', midJanuary)
    await deposit(account, 1_000, midJanuary)
    await use(account, 'a', 300, february)
    expect(await getAllowance(contextAt(account, february))).toMatchObject({ remaining: usdFromCents(5_700) })
    // The number that came with the account is rented from its second month on, which begins on the 15th.
    await takeDueRent(systemAt(new Date('2028-03-15T10:30:00.250Z')), 1_000)
    expect((await grantsOf(account)).map(([reference]) => reference)).toEqual([
      'allowance:2028-01',
      'allowance:2028-02',
      'allowance:2028-03',
    ])
    expect(await balanceAt(account, new Date('2028-03-15T10:30:00.250Z'))).toEqual(usdFromCents(6_400))
  })

  it('repays what is owed first, and that counts as used', async () => {
    const account = await open()
    await use(account, 'debt', 1_500, midJanuary)
    await assign(account, 'basic', midJanuary)
    expect(await getAllowance(contextAt(account, midJanuary))).toEqual({
      planName: 'Basic',
      limit: usdFromCents(6_000),
      used: usdFromCents(1_500),
      remaining: usdFromCents(4_500),
      balance: usdFromCents(4_500),
      renewsAt: february,
    })
  })
})

describe('a change of plan within the month', () => {
  it('to more adds the difference at once, and back and forth adds nothing', async () => {
    const account = await open()
    await assign(account, 'basic', midJanuary)
    await use(account, 'a', 1_000, midJanuary)
    for (const planId of ['pro', 'pro', 'basic', 'pro', null, 'pro']) {
      await assign(account, planId, new Date(midJanuary.getTime() + 1_000))
    }
    expect((await grantsOf(account)).map(([reference, cents]) => [reference, cents])).toEqual([
      ['allowance:2028-01', 6_000],
      ['allowance:2028-01:200000000', 14_000],
    ])
    expect(await getAllowance(contextAt(account, midJanuary))).toMatchObject({
      planName: 'Pro',
      limit: usdFromCents(20_000),
      used: usdFromCents(1_000),
      remaining: usdFromCents(19_000),
    })
  })

  it('to less counts from the next month, and takes nothing back', async () => {
    const account = await open()
    await assign(account, 'pro', midJanuary)
    await assign(account, 'basic', midJanuary)
    expect(await getAllowance(contextAt(account, midJanuary))).toMatchObject({
      planName: 'Basic',
      limit: usdFromCents(20_000),
      remaining: usdFromCents(20_000),
    })
    await runJobAt(february)
    expect(await getAllowance(contextAt(account, february))).toMatchObject({
      limit: usdFromCents(6_000),
      remaining: usdFromCents(6_000),
    })
  })

  it('to none leaves what was granted until the month ends, and grants no more', async () => {
    const account = await open()
    await assign(account, 'basic', midJanuary)
    await assign(account, null, midJanuary)
    expect(await getAllowance(contextAt(account, midJanuary))).toBeNull()
    expect(await balanceAt(account, midJanuary)).toEqual(usdFromCents(6_000))
    await runJobAt(february)
    expect(await balanceAt(account, february)).toEqual(ZERO)
  })

  it('of what a plan gives counts from the next grant on', async () => {
    const account = await open()
    const plan = { id: 'changing', name: 'Changing', tokensMax: 1 }
    await definePlan(systemAt(midJanuary), { ...plan, monthly: usdFromCents(100) })
    await assign(account, 'changing', midJanuary)
    await definePlan(systemAt(midJanuary), { ...plan, monthly: usdFromCents(300) })
    await runJobAt(midJanuary)
    expect(await balanceAt(account, midJanuary)).toEqual(usdFromCents(100))
    await runJobAt(february)
    expect(await balanceAt(account, february)).toEqual(usdFromCents(300))
  })

  it('racing with the first of the month grants once', async () => {
    const account = await open()
    await assign(account, 'basic', midJanuary)
    await Promise.all([
      ...Array.from({ length: 5 }, () => runJobAt(february)),
      ...Array.from({ length: 5 }, () => assign(account, 'pro', february)),
      use(account, 'a', 100, february),
      // A process whose clock is behind.
      assign(account, 'pro', new Date(february.getTime() - 1)),
    ])
    expect(await balanceAt(account, february)).toEqual(usdFromCents(19_900))
    await runJobAt(march)
    expect(await balanceAt(account, march)).toEqual(usdFromCents(20_000))
  })
})

describe('getAllowance', () => {
  it('counts what was used beyond the allowance too', async () => {
    const account = await open()
    await assign(account, 'basic', midJanuary)
    await deposit(account, 2_000, midJanuary)
    await use(account, 'a', 7_000, midJanuary)
    expect(await getAllowance(contextAt(account, midJanuary))).toMatchObject({
      limit: usdFromCents(6_000),
      used: usdFromCents(7_000),
      remaining: ZERO,
      balance: usdFromCents(1_000),
    })
  })

  it('shows a month that was not granted yet as not used', async () => {
    const account = await open()
    await assign(account, 'basic', midJanuary)
    await use(account, 'a', 7_000, midJanuary)
    expect(await getAllowance(contextAt(account, february))).toMatchObject({
      limit: usdFromCents(6_000),
      used: ZERO,
      remaining: ZERO,
      renewsAt: march,
    })
  })

  it('is null for an account that never had a plan', async () => {
    expect(await getAllowance(contextAt(await open(), midJanuary))).toBeNull()
  })

  it('can be read by an impersonator, whose handle cannot write', async () => {
    const account = await open()
    await assign(account, 'basic', midJanuary)
    const db = openDatabase(suite.readonlyUrl, { poolSize: 1, applicationName: 'test' })
    const actor = {
      kind: 'impersonator',
      staffUserId: 's',
      reason: 'a call',
      accountId: account.accountId,
      scopes: ['billing:read'],
    } as const
    expect(await getAllowance(testContext({ db, actor, now: midJanuary }))).toMatchObject({
      planName: 'Basic',
    })
    await db.close()
  })

  it('is for whoever may read the billing', async () => {
    const account = await open()
    const actor = { ...memberActor(account.accountId, 'u', 'viewer'), scopes: [] }
    await expect(getAllowance(testContext({ db: suite.db, actor }))).rejects.toMatchObject({
      code: 'forbidden',
    })
  })
})

describe('assignPlan', () => {
  it('refuses a plan and an account that are not there', async () => {
    const account = await open()
    await expect(assign(account, 'gold', midJanuary)).rejects.toMatchObject({ code: 'not_found' })
    const nobody = { accountId: 9_999_999n, planId: 'basic' }
    await expect(assignPlan(systemAt(midJanuary), nobody)).rejects.toMatchObject({ code: 'not_found' })
  })

  it('is for staff alone', async () => {
    const account = await open()
    const input = { accountId: account.accountId, planId: 'pro' }
    await expect(assignPlan(contextAt(account, midJanuary), input)).rejects.toMatchObject({
      code: 'forbidden',
    })
    await expect(suite.db.sql`update account_plan set granted_micros = 0`).rejects.toThrow(
      'permission denied',
    )
  })
})

describe('definePlan', () => {
  const good = { id: 'good', name: 'Good', monthly: usdFromCents(100), tokensMax: 3 }

  it.each([
    ['an id with a space', { id: 'not good' }, 'id'],
    ['a blank name', { name: ' ' }, 'name'],
    ['nothing a month', { monthly: ZERO }, 'micro-dollars'],
    ['more a month than can be booked', { monthly: usdFromCents(100_000_001) }, 'micro-dollars'],
    ['fewer tokens than none', { tokensMax: -1 }, 'tokens'],
    ['half a token', { tokensMax: 1.5 }, 'tokens'],
  ])('refuses %s', async (_what, bad, word) => {
    await expect(definePlan(systemAt(midJanuary), { ...good, ...bad })).rejects.toMatchObject({
      code: 'invalid_input',
      message: expect.stringContaining(word) as string,
    })
  })

  it('is for the operator alone', async () => {
    const account = await open()
    await expect(definePlan(contextAt(account, midJanuary), good)).rejects.toMatchObject({
      code: 'forbidden',
    })
  })
})

import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { usdFromCents } from '@/lib/kit/money'
import { openTestAccount, type TestAccount } from '@/lib/testing/open-test-account'
import { SYSTEM, testContext } from '@/lib/testing/test-context'
import { useTestDatabase } from '@/lib/testing/use-test-database'
import { assignPlan } from '../allowance/assign-plan'
import { definePlan } from '../allowance/define-plan'
import { grantDueAllowances } from '../allowance/grant-due-allowances'
import type { PaymentProvider } from '../ports/payment-provider'
import { spendCredit } from '../ledger/spend-credit'
import type { AutoTopUpSettings } from './auto-top-up'
import { claimAutoTopUp, type ClaimRequest } from './claim-auto-top-up'
import { NOTHING_SET } from './decide-settings'
import { getAutoTopUp } from './get-auto-top-up'
import { listAutoTopUpHistory } from './list-auto-top-up-history'
import { nextScheduledDay } from './scheduled-day'

const suite = useTestDatabase()
const start = new Date('2026-03-10T09:30:15.250Z')
const MINUTE = 60_000
const after = (minutes: number) => new Date(start.getTime() + minutes * MINUTE)
const dollars = (amount: number) => usdFromCents(amount * 100)

let owner: postgres.Sql
beforeAll(() => {
  owner = postgres(suite.ownerUrl, { max: 1, onnotice: () => {} })
})
afterAll(() => owner.end())

/** Claims ask the provider nothing but its mode. */
const payments = { livemode: false } as PaymentProvider
const system = (now: Date, autoTopUpPerDay = dollars(500)) =>
  testContext({ db: suite.db, actor: SYSTEM, now, payments, autoTopUpPerDay })
const asOwner = (account: TestAccount, now: Date) => testContext({ db: suite.db, actor: account.owner, now })

/** With a customer at the provider and 5.00, switched on below 10.00 for 50.00. */
async function openSwitchedOn(change: Partial<AutoTopUpSettings> = {}): Promise<TestAccount> {
  const account = await openTestAccount(suite.db, { welcomeCents: 500, now: after(-60 * 24 * 60) })
  await suite.db.sql`
    update account set stripe_customer_id = ${`cus_${String(account.accountId)}`} where id = ${account.accountId}`
  await write(account, { enabled: true, threshold: dollars(10), amount: dollars(50), ...change }, start)
  return account
}

async function write(account: TestAccount, change: Partial<AutoTopUpSettings>, now: Date, afresh = false) {
  const before = await getAutoTopUp(asOwner(account, now))
  const [row] = await suite.db.sql<{ version: number }[]>`
    select version from auto_top_up where account_id = ${account.accountId}`
  const set = { ...NOTHING_SET, ...before, ...change }
  const nextOn =
    set.enabled && set.scheduledEnabled && set.dayOfMonth !== null
      ? nextScheduledDay(set.dayOfMonth, now)
      : null
  await suite.db.sql`
    select write_auto_top_up(${account.accountId}, ${row?.version ?? 0}, ${set.enabled}, ${set.threshold?.micros ?? null},
      ${set.amount?.micros ?? null}, ${set.scheduledEnabled}, ${set.scheduledAmount?.micros ?? null}, ${set.dayOfMonth},
      ${set.paymentMethodId}, ${set.monthlyCap?.micros ?? null}, ${set.quantity}, ${nextOn}, ${afresh}, 'user:test', ${now})`
}

const claim = async (
  account: TestAccount,
  now: Date,
  request: Partial<ClaimRequest> = {},
  perDay = dollars(500),
) =>
  claimAutoTopUp(system(now, perDay), {
    accountId: account.accountId,
    trigger: 'threshold',
    idempotencyKey: null,
    ...request,
  })
const statusOf = async (...args: Parameters<typeof claim>) => (await claim(...args)).status

/** What became of the charge that is under way: whoever wrote it down. */
async function end(account: TestAccount, state: 'failed' | 'succeeded', now: Date, code = 'card_declined') {
  const [row] = await owner<{ id: string }[]>`select purchase_in_flight(${String(account.accountId)}) as id`
  await (state === 'failed'
    ? owner`update purchase set state = 'failed', failure_code = ${code}, settled_at = ${now} where id = ${row?.id ?? ''}`
    : owner`update purchase set state = 'succeeded', settled_at = ${now} where id = ${row?.id ?? ''}`)
}

const stored = async (account: TestAccount) => {
  const [row] = await suite.db.sql`select * from auto_top_up where account_id = ${account.accountId}`
  return row
}
const attempts = async (account: TestAccount) => {
  const [row] = await suite.db.sql<{ count: number }[]>`
    select count(*)::integer as count from purchase where account_id = ${account.accountId}`
  return row?.count
}

describe('a claim', () => {
  it('buys nothing in place of an allowance that the new month has not granted yet', async () => {
    const account = await openSwitchedOn()
    const plan = { id: 'plan', name: 'Plan', monthly: dollars(60), tokensMax: null }
    await definePlan(system(start), plan)
    await assignPlan(system(start), { accountId: account.accountId, planId: plan.id })
    expect(await statusOf(account, start)).toBe('enough')
    const april = new Date('2026-04-01T00:00:00Z')
    expect(await statusOf(account, april)).toBe('enough')
    await grantDueAllowances(system(april), 100)
    expect(await statusOf(account, april)).toBe('enough')
    await assignPlan(system(april), { accountId: account.accountId, planId: null })
    expect(await statusOf(account, new Date('2026-05-01T00:00:00Z'))).toBe('claimed')
  })

  it('is made once, of two hundred at the same moment', async () => {
    const account = await openSwitchedOn()
    const claims = await Promise.all(Array.from({ length: 200 }, (_, i) => claim(account, after(i % 3))))
    expect(claims.filter(({ status }) => status === 'claimed')).toHaveLength(1)
    expect(claims.filter(({ status }) => status === 'in_flight')).toHaveLength(199)
    expect(await attempts(account)).toBe(1)
  })

  it('writes order and purchase for what is set, and nothing where there is no need', async () => {
    const account = await openSwitchedOn({ threshold: dollars(5) })
    expect(await statusOf(account, start)).toBe('enough')
    await spendCredit(suite.db, {
      accountId: account.accountId,
      code: 'usage',
      reference: 'usage:1',
      amount: usdFromCents(1),
      overdraftLimit: null,
      occurredAt: start,
      now: start,
    })
    expect(await statusOf(account, start)).toBe('claimed')
    const [row] = await suite.db.sql`
      select p.trigger, p.amount_micros, p.state, o.stripe_customer_id, o.requested_by
        from purchase p join credit_order o using (id) where p.account_id = ${account.accountId}`
    expect(row).toEqual({
      trigger: 'threshold',
      amount_micros: 50_000_000n,
      state: 'created',
      stripe_customer_id: `cus_${String(account.accountId)}`,
      requested_by: 'system',
    })
  })

  it('is refused where nothing was set, and while it is off', async () => {
    const account = await openTestAccount(suite.db)
    expect(await statusOf(account, start)).toBe('not_configured')
    const off = await openSwitchedOn({ enabled: false })
    expect(await statusOf(off, start)).toBe('off')
    expect(await statusOf(off, start, { trigger: 'test' })).toBe('claimed')
  })

  it('switches itself off where there was never anything to charge, and tells its people once', async () => {
    const account = await openSwitchedOn()
    await suite.db.sql`update account set stripe_customer_id = null where id = ${account.accountId}`
    expect(await statusOf(account, start)).toBe('no_customer')
    expect(await stored(account)).toMatchObject({ enabled: false, stopped_reason: 'payment_method_missing' })
    expect(await statusOf(account, start)).toBe('off')
    const mails = await suite.db.sql`select template from mail where account_id = ${account.accountId}`
    expect(mails).toEqual([{ template: 'auto-top-up-stopped' }])
  })
})

describe('the pause after an attempt', () => {
  it('is two minutes after one that succeeded', async () => {
    const account = await openSwitchedOn()
    await claim(account, start)
    await end(account, 'succeeded', after(1))
    expect(await statusOf(account, after(1.99))).toBe('cooling')
    expect(await statusOf(account, after(2))).toBe('claimed')
  })

  it('is an hour after one that failed, however soon it failed, and outlives whoever claimed it', async () => {
    const account = await openSwitchedOn()
    await claim(account, start)
    expect(await statusOf(account, after(600))).toBe('in_flight')
    await end(account, 'failed', after(0.1))
    expect(await statusOf(account, after(59.9))).toBe('cooling')
    expect(await statusOf(account, after(60))).toBe('claimed')
  })

  it('shrinks to a quarter of an hour when the settings are changed, and not further by switching off and on', async () => {
    const account = await openSwitchedOn()
    await claim(account, start)
    await end(account, 'failed', after(0.1))
    for (const minutes of [1, 2, 3]) {
      await write(account, { enabled: false }, after(minutes))
      await write(account, { enabled: true }, after(minutes), true)
      expect(await statusOf(account, after(minutes))).toBe('cooling')
    }
    expect(await statusOf(account, after(15))).toBe('claimed')
  })

  it('holds an account to four attempts in an hour, whatever is switched', async () => {
    const account = await openSwitchedOn()
    for (let minutes = 0; minutes < 60; minutes++) {
      await write(account, { enabled: false }, after(minutes))
      await write(account, { enabled: true }, after(minutes), true)
      if ((await statusOf(account, after(minutes))) === 'claimed')
        await end(account, 'failed', after(minutes))
    }
    expect(await attempts(account)).toBe(4)
  })
})

describe('charges that fail', () => {
  it('switch it off after three in a row; 4.5 hours of constant spending see no more than these', async () => {
    const account = await openSwitchedOn()
    for (let minutes = 0; minutes < 270; minutes++) {
      if ((await statusOf(account, after(minutes))) === 'claimed')
        await end(account, 'failed', after(minutes))
    }
    expect(await attempts(account)).toBe(3)
    expect(await getAutoTopUp(asOwner(account, after(270)))).toMatchObject({
      enabled: false,
      stoppedReason: 'charges_failed',
      lastFailure: 'card_declined',
    })
    const mails = await suite.db
      .sql`select template from mail where account_id = ${account.accountId} order by id`
    expect(mails).toEqual([{ template: 'failed-purchase' }, { template: 'auto-top-up-stopped' }])
  })

  it('are forgotten once one succeeds, or when it is switched on again', async () => {
    const account = await openSwitchedOn()
    for (const [at, state] of [
      [0, 'failed'],
      [60, 'failed'],
      [120, 'succeeded'],
      [180, 'failed'],
      [240, 'failed'],
    ] as const) {
      expect(await statusOf(account, after(at))).toBe('claimed')
      await end(account, state, after(at))
    }
    expect(await stored(account)).toMatchObject({ enabled: true, consecutive_failures: 2 })
    await claim(account, after(300))
    await end(account, 'failed', after(300))
    expect(await stored(account)).toMatchObject({ enabled: false, consecutive_failures: 3 })
    await write(account, { enabled: true }, after(301), true)
    expect(await stored(account)).toMatchObject({
      enabled: true,
      consecutive_failures: 0,
      stopped_reason: null,
    })
  })

  it('do not count where the provider was away, and keep the pause all the same', async () => {
    const account = await openSwitchedOn()
    for (let hours = 0; hours < 4; hours++) {
      expect(await statusOf(account, after(hours * 60))).toBe('claimed')
      await end(account, 'failed', after(hours * 60), 'payment_provider_unavailable')
      expect(await statusOf(account, after(hours * 60 + 59))).toBe('cooling')
    }
    expect(await stored(account)).toMatchObject({ enabled: true, consecutive_failures: 0 })
  })

  it('for want of anything to charge switch it off at once, with nothing to wait for', async () => {
    const account = await openSwitchedOn()
    await claim(account, start)
    await end(account, 'failed', start, 'payment_method_missing')
    expect(await stored(account)).toMatchObject({
      enabled: false,
      stopped_reason: 'payment_method_missing',
      cooldown_until: null,
    })
  })
})

describe('the ceilings', () => {
  it('hold the day: attempts under way and failed ones keep their place in it until it is over', async () => {
    const account = await openSwitchedOn()
    const perDay = dollars(120)
    expect(await statusOf(account, start, {}, perDay)).toBe('claimed')
    await end(account, 'failed', start)
    expect(await statusOf(account, after(60), {}, perDay)).toBe('claimed')
    expect(await statusOf(account, after(120), { trigger: 'test' }, perDay)).toBe('in_flight')
    await end(account, 'succeeded', after(60))
    expect(await statusOf(account, after(120), {}, perDay)).toBe('daily_limit_exceeded')
    expect(await statusOf(account, after(121), {}, perDay)).toBe('cooling')
    expect(await statusOf(account, after(140), { trigger: 'test' }, perDay)).toBe('daily_limit_exceeded')
    expect(await statusOf(account, new Date('2026-03-10T23:59:59.999Z'), {}, perDay)).toBe(
      'daily_limit_exceeded',
    )
    expect(await statusOf(account, new Date('2026-03-11T00:00:00Z'), {}, perDay)).toBe('claimed')
  })

  it('hold the month likewise, and say in the history, once a day, what was left out', async () => {
    const account = await openSwitchedOn({ monthlyCap: dollars(60) })
    await claim(account, start)
    await end(account, 'failed', start)
    for (const minutes of [60, 61, 90, 120]) await claim(account, after(minutes))
    const { events, total } = await listAutoTopUpHistory(asOwner(account, start), { page: 1, perPage: 10 })
    expect(total).toBe(2)
    expect(events).toMatchObject([
      { trigger: 'threshold', state: 'failed', failureReason: 'monthly_cap_exceeded', createdAt: after(60) },
      { trigger: 'threshold', state: 'failed', failureReason: 'card_declined', createdAt: start },
    ])
    expect(await statusOf(account, new Date('2026-03-31T23:59:59.999Z'))).toBe('monthly_cap_exceeded')
    expect(await statusOf(account, new Date('2026-04-01T00:00:00Z'))).toBe('claimed')
  })

  it('are never exceeded, whatever comes at once and whatever becomes of it', async () => {
    const account = await openSwitchedOn({ amount: dollars(70), monthlyCap: dollars(1_000) })
    for (let hours = 0; hours < 24 * 8; hours += 1) {
      const now = after(hours * 60)
      await Promise.all([
        ...Array.from({ length: 4 }, () => claim(account, now, {}, dollars(300))),
        claim(account, now, { trigger: 'test' }, dollars(300)),
      ])
      await end(account, hours % 3 === 0 ? 'failed' : 'succeeded', now)
      if (hours % 5 === 0) await write(account, { enabled: true }, now, true)
    }
    const days = await suite.db.sql<{ micros: bigint }[]>`
      select sum(amount_micros)::bigint as micros from purchase
       where account_id = ${account.accountId} group by (created_at at time zone 'UTC')::date`
    for (const { micros } of days) expect(micros).toBeLessThanOrEqual(300_000_000n)
    const total = days.reduce((sum, { micros }) => sum + micros, 0n)
    expect(total).toBe(980_000_000n)
  })
})

describe('a schedule', () => {
  const scheduled = (dayOfMonth: number) => ({
    scheduledEnabled: true,
    scheduledAmount: dollars(20),
    dayOfMonth,
    threshold: dollars(1),
  })
  const runAt = (account: TestAccount, at: string) =>
    statusOf(account, new Date(at), { trigger: 'scheduled' })

  it('charges on its day of every month, once, from the first moment of the day in UTC', async () => {
    for (const day of [1, 11, 28]) {
      const account = await openSwitchedOn(scheduled(day))
      for (let month = 0; month < 24; month++) {
        const due = new Date(Date.UTC(2026, (day > 10 ? 2 : 3) + month, day))
        const at = (ms: number) => new Date(due.getTime() + ms).toISOString()
        expect(await runAt(account, at(-1))).toBe('not_due')
        expect(await runAt(account, at(0))).toBe('claimed')
        await end(account, 'succeeded', due)
        expect(await runAt(account, at(12 * 60 * MINUTE))).toBe('not_due')
      }
    }
  })

  it('is late by three days at most; a month that was slept through is left out', async () => {
    const account = await openSwitchedOn(scheduled(28))
    expect(await runAt(account, '2026-03-31T23:00:00Z')).toBe('claimed')
    await end(account, 'succeeded', new Date('2026-03-31T23:00:00Z'))
    expect(await runAt(account, '2026-05-02T00:00:00Z')).toBe('missed')
    expect(await runAt(account, '2026-05-27T23:59:59Z')).toBe('not_due')
    expect(await runAt(account, '2026-05-28T00:00:00Z')).toBe('claimed')
  })

  it('waits on its day for a charge that is under way, and gives way to the ceilings', async () => {
    const account = await openSwitchedOn({ ...scheduled(11), threshold: dollars(10) })
    await claim(account, new Date('2026-03-10T23:59:00Z'))
    expect(await runAt(account, '2026-03-11T00:00:00Z')).toBe('in_flight')
    await end(account, 'succeeded', new Date('2026-03-11T00:00:10Z'))
    expect(await runAt(account, '2026-03-11T00:00:30Z')).toBe('cooling')
    expect(await runAt(account, '2026-03-11T00:01:00Z')).toBe('claimed')
    const poor = await openSwitchedOn({ ...scheduled(11), monthlyCap: dollars(10) })
    expect(await runAt(poor, '2026-03-11T00:00:00Z')).toBe('monthly_cap_exceeded')
    expect(await runAt(poor, '2026-03-12T00:00:00Z')).toBe('not_due')
  })

  it.each(['payment_provider_unavailable', 'too_late'])(
    'on which the provider could not be asked (%s) is tried again each hour, late by three days at most',
    async (code) => {
      const account = await openSwitchedOn(scheduled(28))
      expect(await runAt(account, '2026-03-28T00:00:00Z')).toBe('claimed')
      await end(account, 'failed', new Date('2026-03-28T00:00:05Z'), code)
      expect(await runAt(account, '2026-03-28T00:59:59Z')).toBe('cooling')
      expect(await runAt(account, '2026-03-31T23:00:00Z')).toBe('claimed')
      await end(account, 'failed', new Date('2026-03-31T23:00:05Z'), code)
      expect(await runAt(account, '2026-04-01T00:00:00Z')).toBe('missed')
      expect(await runAt(account, '2026-04-28T00:00:00Z')).toBe('claimed')
      await end(account, 'failed', new Date('2026-04-28T00:00:05Z'), code)
      expect(await runAt(account, '2026-04-28T01:00:00Z')).toBe('claimed')
      await end(account, 'succeeded', new Date('2026-04-28T01:00:05Z'))
      expect(await runAt(account, '2026-04-28T02:00:00Z')).toBe('not_due')
    },
  )

  it('on which the card was declined, or that was changed meanwhile, is over', async () => {
    const declined = await openSwitchedOn(scheduled(11))
    expect(await runAt(declined, '2026-03-11T00:00:00Z')).toBe('claimed')
    await end(declined, 'failed', new Date('2026-03-11T00:00:05Z'))
    expect(await runAt(declined, '2026-03-11T01:00:00Z')).toBe('not_due')
    const changed = await openSwitchedOn(scheduled(11))
    expect(await runAt(changed, '2026-03-11T00:00:00Z')).toBe('claimed')
    await write(changed, { dayOfMonth: 20 }, new Date('2026-03-11T00:00:03Z'))
    await end(changed, 'failed', new Date('2026-03-11T00:00:05Z'), 'payment_provider_unavailable')
    expect(await runAt(changed, '2026-03-19T23:59:59Z')).toBe('not_due')
    expect(await runAt(changed, '2026-03-20T00:00:00Z')).toBe('claimed')
  })

  it('has the same next day in SQL as on the page', async () => {
    for (
      let at = new Date('2027-11-01T12:00:00Z');
      at < new Date('2028-04-01');
      at = new Date(at.getTime() + 24 * 60 * MINUTE)
    ) {
      for (const day of [1, 14, 28]) {
        const [row] =
          await owner`select next_scheduled_day(${day}, ${at.toISOString().slice(0, 10)})::text as next`
        expect(row?.['next']).toBe(nextScheduledDay(day, at))
      }
    }
  })
})

describe('trying it out', () => {
  it('is refused after three that failed within an hour: a card is not tried out by it', async () => {
    const account = await openSwitchedOn({ enabled: false })
    for (let i = 0; i < 3; i++) {
      expect(await statusOf(account, after(i), { trigger: 'test' })).toBe('claimed')
      await end(account, 'failed', after(i))
    }
    expect(await statusOf(account, after(59.9), { trigger: 'test' })).toBe('too_often')
    expect(await statusOf(account, after(60.1), { trigger: 'test' })).toBe('claimed')
  })

  it('is done once for its key', async () => {
    const account = await openSwitchedOn()
    const request = { trigger: 'test', idempotencyKey: 'key-1' } as const
    const [first, ...others] = await Promise.all(
      Array.from({ length: 20 }, () => claim(account, start, request)),
    )
    const claims = [first, ...others]
    expect(
      new Set(claims.map((one) => one !== undefined && 'purchaseId' in one && one.purchaseId)).size,
    ).toBe(1)
    expect(claims.filter((one) => one?.status === 'claimed')).toHaveLength(1)
    expect(await statusOf(account, start, { ...request, trigger: 'threshold' })).toBe('mismatch')
  })
})

import { describe, expect, it } from 'vitest'
import { buyNumber } from '@/lib/core/numbers/buy-number'
import { usd, ZERO } from '@/lib/kit/money'
import { openTestAccount, type TestAccount } from '@/lib/testing/open-test-account'
import { testContext } from '@/lib/testing/test-context'
import { useTestDatabase } from '@/lib/testing/use-test-database'
import { getUsageByDay, USAGE_DAYS_MAX } from './get-usage-by-day'
import { recordUsage } from './record-usage'

const suite = useTestDatabase()
const now = new Date('2026-05-10T12:00:00Z')
const contextOf = (account: TestAccount) => testContext({ db: suite.db, actor: account.owner, now })
const NOTHING = { wallet: ZERO, covered: ZERO, events: 0 }
const EMPTY = { call: NOTHING, sms: NOTHING, number: NOTHING, other: NOTHING }

let serial = 0

const use = (account: TestAccount, occurredAt: string, micros: bigint) =>
  recordUsage(contextOf(account), [
    {
      id: `u${String((serial += 1))}`,
      numberId: null,
      fareName: 'Call',
      billedQuantity: 1,
      amount: usd(micros),
      occurredAt: new Date(occurredAt),
    },
  ])

const useCovered = (account: TestAccount, kind: string, occurredAt: string, count: number) => suite.db.sql`
  insert into usage_event (account_id, id, kind, fare_name, billed_quantity, amount_micros, attribution, occurred_at)
  select ${account.accountId}, ${`c${String((serial += 1))}-`} || n, ${kind}, 'Covered', 2, 9000, 'entitlement', ${occurredAt}::text::timestamptz
    from generate_series(1, ${count}::int) as n`

describe('getUsageByDay', () => {
  it('adds up by day in UTC and by kind, what the wallet paid apart from what was covered', async () => {
    const account = await openTestAccount(suite.db, { welcomeCents: 1_000, now })
    await use(account, '2026-05-08T00:00:00Z', 4_200n)
    await use(account, '2026-05-08T23:59:59.999Z', 1n)
    await use(account, '2026-05-09T00:00:00Z', 7n)
    await useCovered(account, 'call', '2026-05-08T12:00:00Z', 3)
    await useCovered(account, 'sms', '2026-05-10T00:00:00Z', 2)
    await buyNumber(contextOf(account), {
      consent: null,
      inboundInstruction: 'Take a message.',
      inboundVoiceGender: null,
      inboundLanguage: null,
      areaCode: null,
      idempotencyKey: null,
    })
    // Late, for a day that has passed.
    await use(account, '2026-05-08T05:00:00Z', 800n)
    expect(await getUsageByDay(contextOf(account), { from: '2026-05-07', to: '2026-05-10' })).toEqual([
      { day: '2026-05-07', kinds: EMPTY },
      {
        day: '2026-05-08',
        kinds: {
          ...EMPTY,
          call: { wallet: ZERO, covered: usd(27_000n), events: 3 },
          other: { wallet: usd(5_001n), covered: ZERO, events: 3 },
        },
      },
      { day: '2026-05-09', kinds: { ...EMPTY, other: { wallet: usd(7n), covered: ZERO, events: 1 } } },
      {
        day: '2026-05-10',
        kinds: {
          ...EMPTY,
          sms: { wallet: ZERO, covered: usd(18_000n), events: 2 },
          number: { wallet: usd(3_000_000n), covered: ZERO, events: 1 },
        },
      },
    ])
    expect(await getUsageByDay(contextOf(account), { from: '2026-05-09', to: '2026-05-09' })).toHaveLength(1)
  })

  it('counts a repeated event once, and what many report at once wholly', async () => {
    const account = await openTestAccount(suite.db, { now })
    const event = (id: string) => ({
      id,
      numberId: null,
      fareName: 'Call',
      billedQuantity: 1,
      amount: usd(10n),
      occurredAt: now,
    })
    const batches = Array.from({ length: 30 }, (_, turn) => [
      event('same'),
      event(`own-${String(turn)}`),
      event(`own-${String(turn)}`),
    ])
    await Promise.all(batches.map((batch) => recordUsage(contextOf(account), batch)))
    const [day] = await getUsageByDay(contextOf(account), { from: '2026-05-10', to: '2026-05-10' })
    expect(day?.kinds.other).toEqual({ wallet: usd(310n), covered: ZERO, events: 31 })
  })

  it("never shows another account's", async () => {
    const [mine, theirs] = [
      await openTestAccount(suite.db, { now }),
      await openTestAccount(suite.db, { now }),
    ]
    await use(theirs, now.toISOString(), 5n)
    const [day] = await getUsageByDay(contextOf(mine), { from: '2026-05-10', to: '2026-05-10' })
    expect(day?.kinds).toEqual(EMPTY)
  })

  it.each([
    ['2026-05-10', '2026-05-09'],
    ['2026-05-10', '2026-5-11'],
    ['2026-02-30', '2026-03-01'],
    ['', ''],
    ['today', 'tomorrow'],
    ['1969-12-31', '1970-01-01'],
    ['9998-12-31', '9999-01-01'],
    ['infinity', 'infinity'],
    ["2026-05-10'", '2026-05-10'],
    ['2026-05-10T00:00:00Z', '2026-05-11'],
    ['2025-01-01', '2026-02-05'],
  ])('refuses the days from %s to %s', async (from, to) => {
    const account = await openTestAccount(suite.db, { now })
    await expect(getUsageByDay(contextOf(account), { from, to })).rejects.toMatchObject({
      code: 'invalid_input',
    })
  })

  it('takes as many days as it says', async () => {
    const account = await openTestAccount(suite.db, { now })
    expect(await getUsageByDay(contextOf(account), { from: '2025-01-01', to: '2026-02-04' })).toHaveLength(
      USAGE_DAYS_MAX,
    )
  })
})

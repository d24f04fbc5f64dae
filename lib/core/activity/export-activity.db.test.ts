import { describe, expect, it } from 'vitest'
import type { Actor } from '@/lib/core/actor'
import { grantCredit } from '@/lib/core/ledger/grant-credit'
import { recordUsage } from '@/lib/core/usage/record-usage'
import { usd, ZERO } from '@/lib/kit/money'
import { openTestAccount, type TestAccount } from '@/lib/testing/open-test-account'
import { testContext } from '@/lib/testing/test-context'
import { useTestDatabase } from '@/lib/testing/use-test-database'
import { exportActivity } from './export-activity'
import { ACTIVITY_CSV_HEAD, presentActivityCsv } from './present-activity-csv'

const suite = useTestDatabase()
const now = new Date('2026-05-10T12:00:00Z')
const contextOf = (account: TestAccount) => testContext({ db: suite.db, actor: account.owner, now })

const useWallet = (account: TestAccount, occurredAt: Date, count: number, prefix: string) =>
  recordUsage(
    contextOf(account),
    Array.from({ length: count }, (_, index) => ({
      id: `${prefix}${String(index)}`,
      numberId: null,
      fareName: 'Call',
      billedQuantity: 1,
      amount: usd(4_200n),
      occurredAt,
    })),
  )

const useCovered = (account: TestAccount, occurredAt: Date, count: number, prefix: string) => suite.db.sql`
  insert into usage_event (account_id, id, number, fare_name, billed_quantity, amount_micros, attribution, occurred_at)
  select ${account.accountId}, ${prefix} || n, '+15550100', '=1+1', 3, 9000, 'entitlement', ${occurredAt}
    from generate_series(1, ${count}::int) as n`

const deposit = (account: TestAccount, occurredAt: Date, reference: string) =>
  grantCredit(suite.db, {
    accountId: account.accountId,
    code: 'deposit_card',
    reference,
    category: 'purchased',
    priority: 0,
    paid: usd(25_000_000n),
    promoted: ZERO,
    expiresAt: null,
    occurredAt,
    now,
  })

describe('exportActivity', () => {
  it('takes everything once, over many pages, as it was when it began', async () => {
    const account = await openTestAccount(suite.db, { now })
    const earlier = new Date(now.getTime() - 86_400_000)
    for (const turn of [1, 2]) {
      await useWallet(account, earlier, 700, `w${String(turn)}-`)
      await useCovered(account, earlier, 700, `c${String(turn)}-`)
    }
    const pages = await exportActivity(contextOf(account), { filter: 'all' })
    const moments: string[] = []
    let turn = 0
    for await (const items of pages) {
      expect(items.length).toBeLessThanOrEqual(1_000)
      moments.push(...items.map((item) => item.occurredAt))
      // Late and new, of every source, while it is read.
      turn += 1
      const late = new Date(earlier.getTime() - turn)
      await useWallet(account, late, 3, `late-w${String(turn)}-`)
      await useCovered(account, late, 3, `late-c${String(turn)}-`)
      await deposit(account, now, `in_${String(turn)}`)
    }
    expect(turn).toBe(3)
    expect(moments).toHaveLength(2_800)
    expect(moments).toEqual([...new Set(moments)].sort().reverse())
    expect(moments.at(-1)).toBe('2026-05-09T12:00:00.000000Z')
  })

  it('has no pages for an account without history, or without what is asked for', async () => {
    const [empty, used] = [await openTestAccount(suite.db, { now }), await openTestAccount(suite.db, { now })]
    await useCovered(used, now, 1, 'c')
    for (const [account, filter] of [
      [empty, 'all'],
      [used, 'payment-credits'],
    ] as const) {
      const pages: unknown[] = []
      for await (const page of await exportActivity(contextOf(account), { filter })) pages.push(page)
      expect(pages).toEqual([])
    }
  })

  it('is refused to staff who look into the account', async () => {
    const { accountId } = await openTestAccount(suite.db, { now })
    const actor: Actor = {
      kind: 'impersonator',
      accountId,
      scopes: ['billing:read'],
      staffUserId: 'staff',
      reason: 'a question of the customer',
    }
    await expect(
      exportActivity(testContext({ db: suite.db, actor, now }), { filter: 'all' }),
    ).rejects.toMatchObject({
      code: 'impersonating',
    })
  })

  it('writes lines that are exact, in UTC, and no formulas', async () => {
    const account = await openTestAccount(suite.db, { now })
    const at = (seconds: number) => new Date(now.getTime() + seconds * 1000)
    await deposit(account, at(0), 'in_1')
    await useWallet(account, at(1), 1, 'w')
    await useCovered(account, at(2), 1, 'c')
    await suite.db
      .sql`select ledger.pay_subscription(${account.accountId}, 'in_2', 36000000, ${at(3)}, ${now})`
    let text = ACTIVITY_CSV_HEAD
    for await (const items of await exportActivity(contextOf(account), { filter: 'all' }))
      text += presentActivityCsv(items)
    expect(text).toBe(
      [
        '\u{feff}occurred_at,type,description,number,quantity,attribution,amount_usd,wallet_change_usd,wallet_balance_usd,invoice_id',
        '2026-05-10T12:00:03.000000Z,payment,subscription,,,,36.000000,0.000000,24.995800,in_2',
        "2026-05-10T12:00:02.000000Z,usage,'=1+1,'+15550100,3,entitlement,0.009000,0.000000,24.995800,",
        '2026-05-10T12:00:01.000000Z,usage,Call,,1,wallet,0.004200,-0.004200,24.995800,',
        '2026-05-10T12:00:00.000000Z,credit,card,,,,25.000000,25.000000,25.000000,in_1',
        '',
      ].join('\r\n'),
    )
  })
})

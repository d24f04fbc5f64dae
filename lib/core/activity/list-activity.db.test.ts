import fc from 'fast-check'
import postgres from 'postgres'
import { describe, expect, it } from 'vitest'
import type { Actor } from '@/lib/core/actor'
import { clawBackCredit } from '@/lib/core/ledger/claw-back-credit'
import { getBalance } from '@/lib/core/ledger/get-balance'
import { grantCredit } from '@/lib/core/ledger/grant-credit'
import { reversePosting } from '@/lib/core/ledger/reverse-posting'
import { spendCredit } from '@/lib/core/ledger/spend-credit'
import { buyNumber } from '@/lib/core/numbers/buy-number'
import { getUsageByDay } from '@/lib/core/usage/get-usage-by-day'
import { recordUsage } from '@/lib/core/usage/record-usage'
import { openDatabase } from '@/lib/db/client'
import { usd, ZERO } from '@/lib/kit/money'
import { openTestAccount, type TestAccount } from '@/lib/testing/open-test-account'
import { repetitions } from '@/lib/testing/repetitions'
import { testContext } from '@/lib/testing/test-context'
import { useTestDatabase } from '@/lib/testing/use-test-database'
import type { ActivityItem } from './activity-item'
import { listActivity, type ActivityFilter } from './list-activity'

const suite = useTestDatabase()
const now = new Date('2026-05-10T12:00:00Z')

const contextOf = (account: TestAccount) => testContext({ db: suite.db, actor: account.owner, now })
const open = () => openTestAccount(suite.db, { now })

let serial = 0
const fresh = (prefix: string) => `${prefix}${String((serial += 1))}`

type Deed = (account: TestAccount, occurredAt: Date) => Promise<unknown>

const useWallet = (account: TestAccount, occurredAt: Date, micros = 4_200n, id = fresh('u')) =>
  recordUsage(contextOf(account), [
    { id, numberId: null, fareName: 'Call', billedQuantity: 2, amount: usd(micros), occurredAt },
  ])

/** What a subscription covers: written down, without a posting. */
const useCovered = (account: TestAccount, occurredAt: Date, count = 1) => suite.db.sql`
  insert into usage_event
    (account_id, id, number, fare_name, billed_quantity, amount_micros, attribution, occurred_at)
  select ${account.accountId}, ${fresh('c')} || '-' || n, '+15550100', 'Covered call', 3, 9000, 'entitlement', ${occurredAt}
    from generate_series(1, ${count}::int) as n`

const deposit = (account: TestAccount, occurredAt: Date, reference = fresh('in_')) =>
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

const paySubscription = (account: TestAccount, occurredAt: Date, invoiceId = fresh('in_sub')) => suite.db.sql`
  select ledger.pay_subscription(${account.accountId}, ${invoiceId}, 36000000, ${occurredAt}, ${now})`

const rent = (account: TestAccount, occurredAt: Date) =>
  spendCredit(suite.db, {
    accountId: account.accountId,
    code: 'rent',
    reference: fresh('rent:'),
    amount: usd(3_000_000n),
    overdraftLimit: null,
    occurredAt,
    now,
  })

const refund: Deed = async (account, occurredAt) => {
  const grantReference = fresh('in_')
  await deposit(account, occurredAt, grantReference)
  await clawBackCredit(suite.db, {
    accountId: account.accountId,
    code: 'refund',
    reference: fresh('re_'),
    grantReference,
    amount: usd(5_000_000n),
    occurredAt,
    now,
  })
}

const correct: Deed = async (account, occurredAt) => {
  const id = fresh('u')
  await useWallet(account, occurredAt, 4_200n, id)
  const { accountId } = account
  await reversePosting(suite.db, { accountId, targetReference: `usage:${id}`, occurredAt, now })
}

const DEEDS: readonly Deed[] = [
  useWallet,
  useCovered,
  deposit,
  paySubscription,
  rent,
  refund,
  correct,
  (account, occurredAt) => useWallet(account, occurredAt, 0n),
]

/** Everything that belongs in a feed, found in another way than by its own indexes: moments, newest first. */
async function modelOf({ accountId }: TestAccount, filter: ActivityFilter): Promise<string[]> {
  const rows = await suite.db.sql<{ at: string; spent: boolean }[]>`
    select (extract(epoch from occurred_at) * 1000000)::bigint::text as at, code in ('usage', 'rent') as spent
      from ledger.posting where account_id = ${accountId}
    union all
    select (extract(epoch from placed_at) * 1000000)::bigint::text, true
      from usage_event where account_id = ${accountId} and posting_id is null`
  return rows
    .filter(({ spent }) => filter === 'all' || spent === (filter === 'usage'))
    .map(({ at }) => BigInt(at))
    .sort((a, b) => (a > b ? -1 : 1))
    .map(isoOf)
}

function isoOf(micros: bigint): string {
  const fraction = String(micros % 1_000_000n).padStart(6, '0')
  return `${new Date(Number(micros / 1_000_000n) * 1000).toISOString().slice(0, 19)}.${fraction}Z`
}

const momentsOf = (items: readonly ActivityItem[]) => items.map((item) => item.occurredAt)

describe('listActivity', () => {
  it('shows each kind of thing with what it did to the wallet, newest first', async () => {
    const account = await open()
    const at = (minutes: number) => new Date(now.getTime() - 3_600_000 + minutes * 60_000)
    await deposit(account, at(0), 'in_1')
    await useWallet(account, at(1))
    await useCovered(account, at(2))
    await rent(account, at(3))
    await paySubscription(account, at(4), 'in_2')
    await clawBackCredit(suite.db, {
      accountId: account.accountId,
      code: 'refund',
      reference: 're_1',
      grantReference: 'in_1',
      amount: usd(5_000_000n),
      occurredAt: at(5),
      now,
    })
    await reversePosting(suite.db, {
      accountId: account.accountId,
      targetReference: 'in_2',
      occurredAt: at(6),
      now,
    })
    const { items, hasMore, nextCursor } = await listActivity(contextOf(account), page())
    expect([hasMore, nextCursor]).toEqual([false, null])
    expect(items).toEqual([
      {
        type: 'payment',
        occurredAt: '2026-05-10T11:06:00.000000Z',
        change: ZERO,
        balance: usd(16_995_800n),
        amount: usd(-36_000_000n),
        interval: null,
        quantity: null,
        invoiceId: 'in_2',
      },
      {
        type: 'credit',
        occurredAt: '2026-05-10T11:05:00.000000Z',
        change: usd(-5_000_000n),
        balance: usd(16_995_800n),
        kind: 'refund',
        amount: usd(-5_000_000n),
        invoiceId: 'in_1',
      },
      {
        type: 'payment',
        occurredAt: '2026-05-10T11:04:00.000000Z',
        change: ZERO,
        balance: usd(21_995_800n),
        amount: usd(36_000_000n),
        interval: null,
        quantity: null,
        invoiceId: 'in_2',
      },
      {
        type: 'usage',
        occurredAt: '2026-05-10T11:03:00.000000Z',
        change: usd(-3_000_000n),
        balance: usd(21_995_800n),
        fareName: 'Number rent',
        number: null,
        billedQuantity: 1,
        total: usd(3_000_000n),
        attribution: 'wallet',
      },
      {
        type: 'usage',
        occurredAt: '2026-05-10T11:02:00.000000Z',
        change: ZERO,
        balance: usd(24_995_800n),
        fareName: 'Covered call',
        number: '+15550100',
        billedQuantity: 3,
        total: usd(9_000n),
        attribution: 'entitlement',
      },
      {
        type: 'usage',
        occurredAt: '2026-05-10T11:01:00.000000Z',
        change: usd(-4_200n),
        balance: usd(24_995_800n),
        fareName: 'Call',
        number: null,
        billedQuantity: 2,
        total: usd(4_200n),
        attribution: 'wallet',
      },
      {
        type: 'credit',
        occurredAt: '2026-05-10T11:00:00.000000Z',
        change: usd(25_000_000n),
        balance: usd(25_000_000n),
        kind: 'card',
        amount: usd(25_000_000n),
        invoiceId: 'in_1',
      },
    ])
  })

  it('shows what a subscription was paid for, and the overdraft that its invoice collected', async () => {
    const account = await open()
    await useWallet(account, new Date(now.getTime() - 2_000), 2_000_000n)
    const ctx = contextOf(account)
    await suite.db.sql`
      insert into overdraft_collection (id, account_id, stripe_subscription_id, amount_micros, stripe_invoice_id, created_at)
      values ('ovd_1', ${account.accountId}, 'sub_1', 2000000, 'in_sub', ${now})`
    const paidAt = new Date(now.getTime() - 1_000)
    await paySubscription(account, paidAt, 'in_sub')
    await suite.db.sql`select ledger.repay(${account.accountId}, 'ovd_1', 2000000, ${paidAt}, ${now})`
    const owner = postgres(suite.ownerUrl, { max: 1 })
    await owner`
      insert into subscription_invoice (account_id, id, stripe_subscription_id, interval, quantity, period_start, period_end,
        proration, paid_micros, paid_at)
      values (${String(account.accountId)}, 'in_sub', 'sub_1', 'annual', 3, ${now}, ${now}, false, 36000000, ${paidAt})`
    await owner.end()
    const { items } = await listActivity(ctx, page())
    expect(items).toMatchObject([
      { type: 'credit', kind: 'repayment', amount: usd(2_000_000n), balance: ZERO, invoiceId: 'in_sub' },
      { type: 'payment', amount: usd(36_000_000n), interval: 'annual', quantity: 3, invoiceId: 'in_sub' },
      { type: 'usage', change: usd(-2_000_000n) },
    ])
  })

  it('shows the rent of a number as usage of that number', async () => {
    const account = await openTestAccount(suite.db, { welcomeCents: 1_000, now })
    const { number } = await buyNumber(contextOf(account), {
      consent: null,
      inboundInstruction: 'Take a message.',
      inboundVoiceGender: null,
      inboundLanguage: null,
      areaCode: null,
      idempotencyKey: null,
    })
    const { items } = await listActivity(contextOf(account), page({ filter: 'usage' }))
    expect(items).toEqual([
      expect.objectContaining({ fareName: 'Number rent', number, billedQuantity: 1, attribution: 'wallet' }),
    ])
  })

  it('is shown to staff who look in, over a handle that cannot write, with what was used by day', async () => {
    const account = await open()
    await useWallet(account, now)
    await useCovered(account, now)
    await paySubscription(account, now)
    const db = openDatabase(suite.readonlyUrl, { poolSize: 1, applicationName: 'talktime-test' })
    const actor: Actor = {
      kind: 'impersonator',
      accountId: account.accountId,
      scopes: ['billing:read'],
      staffUserId: 'staff',
      reason: 'a question of the customer',
    }
    const ctx = testContext({ db, actor, now })
    expect(await listActivity(ctx, page())).toEqual(await listActivity(contextOf(account), page()))
    const today = { from: '2026-05-10', to: '2026-05-10' }
    expect(await getUsageByDay(ctx, today)).toEqual(await getUsageByDay(contextOf(account), today))
    await db.close()
  })

  it("is empty for an account without history, and never shows another's", async () => {
    const [mine, theirs] = [await open(), await open()]
    await deposit(theirs, now)
    await useCovered(theirs, now)
    expect(await listActivity(contextOf(mine), page())).toEqual({
      items: [],
      hasMore: false,
      nextCursor: null,
    })
  })

  it('clamps the limit to 1 and 100', async () => {
    const account = await open()
    await useCovered(account, now, 120)
    const sizes = await Promise.all(
      [-5, 0, 1, 100, 10_000].map(
        async (limit) => (await listActivity(contextOf(account), page({ limit }))).items.length,
      ),
    )
    expect(sizes).toEqual([1, 1, 1, 100, 100])
  })

  it.each(['', 'x', '2026-05-10T12:00:00.000000Z', 'bm90IGEgY3Vyc29y', '\u0000', 'ä'.repeat(1000)])(
    'refuses the cursor %j',
    async (cursor) => {
      const account = await open()
      await expect(listActivity(contextOf(account), page({ cursor }))).rejects.toMatchObject({
        code: 'invalid_input',
      })
    },
  )

  it("refuses a cursor with any letter changed, and another account's", async () => {
    const [account, other] = [await open(), await open()]
    await useCovered(account, now, 2)
    const { nextCursor } = await listActivity(contextOf(account), page({ limit: 1 }))
    const cursor = nextCursor ?? ''
    const changed = Array.from(
      cursor,
      (letter, i) => cursor.slice(0, i) + (letter === 'A' ? 'B' : 'A') + cursor.slice(i + 1),
    )
    for (const wrong of [...changed, `${cursor}A`, `${cursor}=`, cursor.slice(1), `${cursor}\n`]) {
      await expect(listActivity(contextOf(account), page({ cursor: wrong }))).rejects.toMatchObject({
        code: 'invalid_input',
      })
    }
    await expect(listActivity(contextOf(other), page({ cursor }))).rejects.toMatchObject({
      code: 'invalid_input',
    })
    expect((await listActivity(contextOf(account), page({ cursor }))).items).toHaveLength(1)
  })

  it('carries the balance of the nearest posting below over what was covered', async () => {
    const account = await open()
    await useCovered(account, new Date(now.getTime() - 2_000))
    await deposit(account, new Date(now.getTime() - 1_000))
    await useCovered(account, now, 3)
    const { items } = await listActivity(contextOf(account), page({ filter: 'usage' }))
    expect(items.map((item) => item.balance.micros)).toEqual([25_000_000n, 25_000_000n, 25_000_000n, 0n])
  })

  it('gives things of one instant moments of their own, whoever writes at once', async () => {
    const account = await open()
    const coveredAtOnce: Deed = (owner, at) => useCovered(owner, at, 5)
    const turns = Array.from({ length: 20 }, () => [useWallet, coveredAtOnce, deposit]).flat()
    await Promise.all(turns.map((deed: Deed) => deed(account, now)))
    const all = await modelOf(account, 'all')
    expect(all).toHaveLength(20 + 100 + 20)
    expect(new Set(all).size).toBe(all.length)
    expect(await readAll(account, 'all', 7, 'cursor')).toEqual(all)
    expect(await readAll(account, 'all', 100, 'starting_after')).toEqual(all)
  })
})

const page = (change: Partial<Parameters<typeof listActivity>[1]> = {}) => ({
  filter: 'all' as const,
  limit: 50,
  cursor: null,
  ...change,
})

type Following = 'cursor' | 'starting_after'

/** Every page, and what is done between two of them. */
async function readAll(
  account: TestAccount,
  filter: ActivityFilter,
  limit: number,
  following: Following,
  between: (shown: string | undefined) => Promise<unknown> = () => Promise.resolve(),
): Promise<string[]> {
  const shown: string[] = []
  let cursor: string | null = null
  for (;;) {
    const before = following === 'cursor' ? null : (shown.at(-1) ?? null)
    const found = await listActivity(contextOf(account), { filter, limit, cursor, before })
    shown.push(...momentsOf(found.items))
    if (!found.hasMore) return shown
    if (following === 'cursor') cursor = found.nextCursor
    await between(shown.at(-1))
  }
}

/** Seconds before now: few, so that moments collide. */
const moments = fc.integer({ min: 0, max: 5 }).map((seconds) => new Date(now.getTime() - seconds * 1000))
const deeds = fc.array(fc.record({ deed: fc.nat({ max: DEEDS.length - 1 }), at: moments }), { maxLength: 40 })
const RUNS = repetitions({ usual: 25, long: 500 })

it(`pages lose and repeat nothing in ${String(RUNS)} random histories that go on while they are read`, async () => {
  const history = fc.record({
    first: deeds,
    meanwhile: fc.array(
      deeds.map((all) => all.slice(0, 3)),
      { maxLength: 12 },
    ),
    filter: fc.constantFrom<ActivityFilter>('all', 'usage', 'payment-credits'),
    limit: fc.integer({ min: 1, max: 12 }),
    following: fc.constantFrom<Following>('cursor', 'starting_after'),
  })
  const perform = async (account: TestAccount, all: readonly { deed: number; at: Date }[]) => {
    for (const { deed, at } of all) await DEEDS[deed]?.(account, at)
  }
  await fc.assert(
    fc.asyncProperty(history, async ({ first, meanwhile, filter, limit, following }) => {
      const account = await open()
      await perform(account, first)
      const known = new Set(await modelOf(account, filter))
      const required = new Set(known)
      const rest = [...meanwhile]
      const shown = await readAll(account, filter, limit, following, async (last) => {
        await perform(account, rest.shift() ?? [])
        for (const moment of await modelOf(account, filter)) {
          // What came late, but is still ahead of the reader, is met on the way; what lies behind is not.
          if (!known.has(moment) && last !== undefined && moment < last) required.add(moment)
          known.add(moment)
        }
      })
      expect(shown).toEqual([...required].sort().reverse())
      expect(await readAll(account, filter, limit, following)).toEqual(await modelOf(account, filter))
      const { items, hasMore } = await listActivity(contextOf(account), page({ limit: 100 }))
      const balance = (await getBalance(suite.db, account.accountId, now))?.balance.micros
      if (!hasMore) expect(items.reduce((sum, { change }) => sum + change.micros, 0n)).toBe(balance)
    }),
    { numRuns: RUNS },
  )
})

import fc from 'fast-check'
import postgres from 'postgres'
import { beforeEach, describe, expect, it } from 'vitest'
import { getBalance } from '@/lib/core/ledger/get-balance'
import { grantCredit } from '@/lib/core/ledger/grant-credit'
import { recordUsage } from '@/lib/core/usage/record-usage'
import { invariant } from '@/lib/kit/assert'
import { usd, usdFromCents, ZERO } from '@/lib/kit/money'
import { openTestAccount, type TestAccount } from '@/lib/testing/open-test-account'
import { isLongRun, repetitions } from '@/lib/testing/repetitions'
import { SYSTEM, testContext } from '@/lib/testing/test-context'
import { useTestDatabase } from '@/lib/testing/use-test-database'
import { buyNumber } from './buy-number'
import { listNumbers } from './list-numbers'
import { releaseNumber } from './release-number'
import { takeDueRent } from './take-due-rent'

const suite = useTestDatabase()
const RENT = usdFromCents(300)
const DAY_MS = 86_400_000
const ANY = {
  consent: null,
  inboundInstruction: null,
  inboundVoiceGender: null,
  inboundLanguage: null,
  areaCode: null,
  idempotencyKey: null,
} as const

const contextAt = (account: TestAccount, now: Date) =>
  testContext({ db: suite.db, actor: account.owner, now, numberRent: RENT })
async function runJobAt(now: Date, monthsMax = 1_000): Promise<number> {
  const ctx = testContext({ db: suite.db, actor: SYSTEM, now, numberRent: RENT })
  const taken = await takeDueRent(ctx, monthsMax)
  return taken < monthsMax ? taken : taken + (await runJobAt(now, monthsMax))
}
const setMode = (account: TestAccount, numberId: string, mode: 'PAYG' | 'FIXED', since: Date) =>
  suite.db.sql`select set_number_mode(${account.accountId}, ${numberId}, ${mode}, ${since})`
const balanceAt = async (account: TestAccount, now: Date) =>
  (await getBalance(suite.db, account.accountId, now))?.balance.micros

/** The job looks at all accounts: those of earlier tests would only make it slow. */
async function forgetEarlierNumbers(): Promise<void> {
  const sql = postgres(suite.ownerUrl, { max: 1, onnotice: () => {} })
  await sql`update phone_number set rent_due_at = null`.finally(() => sql.end())
}

/** The months of rent that stand: of each its beginning, in the order in which they were booked. */
async function rentOf(account: TestAccount, numberId: string): Promise<string[]> {
  const rows = await suite.db.sql<{ starts_at: Date }[]>`
    select r.starts_at from rent_period r
      join ledger.posting p on p.account_id = r.account_id and p.reference = r.reference
     where r.account_id = ${account.accountId} and r.number_id = ${numberId} and r.reversed_at is null order by p.id`
  return rows.map((row) => row.starts_at.toISOString())
}

/** An account with plenty of credit and a number bought at this moment. */
async function buyAt(now: Date, cents = 1_000_000): Promise<{ account: TestAccount; numberId: string }> {
  const account = await openTestAccount(suite.db, { now })
  await deposit(account, cents, now)
  const { id: numberId } = await buyNumber(contextAt(account, now), ANY)
  return { account, numberId }
}

async function deposit(account: TestAccount, cents: number, now: Date): Promise<void> {
  await grantCredit(suite.db, {
    accountId: account.accountId,
    code: 'deposit_manual',
    reference: `manual-${String(cents)}-${now.toISOString()}`,
    category: 'purchased',
    priority: 0,
    paid: usdFromCents(cents),
    promoted: ZERO,
    expiresAt: null,
    occurredAt: now,
    now,
  })
}

const use = (account: TestAccount, id: string, cents: number, now: Date) =>
  recordUsage(contextAt(account, now), [
    { id, numberId: null, fareName: 'Call', billedQuantity: 1, amount: usdFromCents(cents), occurredAt: now },
  ])

beforeEach(forgetEarlierNumbers)

describe('rent', () => {
  it('keeps its day of the month through short months and leap years', async () => {
    const bought = new Date('2027-10-31T18:30:00Z')
    const { account, numberId } = await buyAt(bought)
    await runJobAt(new Date('2028-06-01T00:00:00Z'))
    expect(await rentOf(account, numberId)).toEqual([
      '2027-10-31T18:30:00.000Z',
      '2027-11-30T18:30:00.000Z',
      '2027-12-31T18:30:00.000Z',
      '2028-01-31T18:30:00.000Z',
      '2028-02-29T18:30:00.000Z',
      '2028-03-31T18:30:00.000Z',
      '2028-04-30T18:30:00.000Z',
      '2028-05-31T18:30:00.000Z',
    ])
    const [last] = await suite.db.sql`
      select code, total_micros, occurred_at, reference from ledger.posting
       where account_id = ${account.accountId} order by id desc limit 1`
    expect(last).toEqual({
      code: 'rent',
      total_micros: RENT.micros,
      occurred_at: new Date('2028-05-31T18:30:00Z'),
      reference: `rent:${numberId}:2028-05-31`,
    })
  })

  it('is due at its moment and not before, and is taken once by any number of workers', async () => {
    const { account, numberId } = await buyAt(new Date('2026-01-31T10:00:00.500Z'))
    await runJobAt(new Date('2026-02-28T10:00:00.499Z'))
    expect(await rentOf(account, numberId)).toHaveLength(1)
    const due = new Date('2026-02-28T10:00:00.500Z')
    const runs = await Promise.all(Array.from({ length: 8 }, () => runJobAt(due)))
    // That, and that of the number which the account opened with.
    expect(runs.reduce((sum, months) => sum + months, 0)).toBe(2)
    expect(await rentOf(account, numberId)).toHaveLength(2)
    expect(await runJobAt(due)).toBe(0)
  })

  it('is free for the first month of the number that an account opens with', async () => {
    const opened = new Date('2026-01-31T10:00:00Z')
    const account = await openTestAccount(suite.db, { welcomeCents: 500, now: opened })
    const [first] = await listNumbers(contextAt(account, opened))
    invariant(first !== undefined, 'an account opens with a number')
    await runJobAt(new Date('2026-02-28T09:59:59Z'))
    expect(await balanceAt(account, opened)).toBe(5_000_000n)
    await runJobAt(new Date('2026-02-28T10:00:00Z'))
    expect(await balanceAt(account, opened)).toBe(2_000_000n)
    await runJobAt(new Date('2026-03-31T10:00:00Z'))
    expect(await balanceAt(account, new Date('2026-03-31T10:00:00Z'))).toBe(-1_000_000n)
    expect(await rentOf(account, first.id)).toEqual(['2026-02-28T10:00:00.000Z', '2026-03-31T10:00:00.000Z'])
  })

  it('books several numbers of one account in the order of their dates', async () => {
    const { account } = await buyAt(new Date('2026-01-10T10:00:00Z'))
    const months = () => runJobAt(new Date('2026-06-01T00:00:00Z'), 4)
    await buyNumber(contextAt(account, new Date('2026-01-20T10:00:00Z')), ANY)
    await Promise.all([months(), months()])
    const rows = await suite.db.sql<{ occurred_at: Date }[]>`
      select occurred_at from ledger.posting where account_id = ${account.accountId} and code = 'rent' order by id`
    const moments = rows.map((row) => row.occurred_at.getTime())
    // The first number of all is free until 10 February, and from then on due with the second: two microseconds apart.
    expect(moments).toHaveLength(2 + 4 * 3)
    expect(moments).toEqual(moments.toSorted((a, b) => a - b))
  })

  it('costs nothing where the operator asks for nothing, and a changed price from the next month on', async () => {
    const bought = new Date('2026-01-31T10:00:00Z')
    const account = await openTestAccount(suite.db, { now: bought })
    const at = (now: Date, cents: number) => ({
      ...testContext({ db: suite.db, actor: account.owner, now, numberRent: usdFromCents(cents) }),
    })
    const { id } = await buyNumber(at(bought, 0), ANY)
    const march = new Date('2026-03-01T00:00:00Z')
    const system = testContext({ db: suite.db, actor: SYSTEM, now: march, numberRent: usdFromCents(450) })
    await takeDueRent(system, 1_000)
    expect(await rentOf(account, id)).toEqual(['2026-02-28T10:00:00.000Z'])
    expect(await balanceAt(account, march)).toBe(-9_000_000n)
  })

  it('is not taken for a number that was released, except for what was due before', async () => {
    const { account, numberId } = await buyAt(new Date('2026-01-31T10:00:00Z'))
    await releaseNumber(contextAt(account, new Date('2026-04-15T00:00:00Z')), numberId)
    await runJobAt(new Date('2027-01-01T00:00:00Z'))
    expect(await rentOf(account, numberId)).toHaveLength(3)
  })

  it('is given back where a subscription turns out to have covered the month', async () => {
    const { account, numberId } = await buyAt(new Date('2026-01-31T10:00:00Z'))
    const before = await balanceAt(account, new Date('2026-02-01T00:00:00Z'))
    await runJobAt(new Date('2026-04-01T00:00:00Z'))
    const since = new Date('2026-02-15T00:00:00Z')
    await Promise.all(Array.from({ length: 4 }, () => setMode(account, numberId, 'FIXED', since)))
    expect(await rentOf(account, numberId)).toEqual(['2026-01-31T10:00:00.000Z'])
    const [row] = await suite.db.sql<{ count: bigint }[]>`
      select count(*) from ledger.posting where account_id = ${account.accountId} and code = 'reversal'`
    expect(row?.count).toBe(2n)
    await runJobAt(new Date('2026-05-01T00:00:00Z'))
    const first = await listNumbers(contextAt(account, since))
    const ofFirst = await rentOf(account, first.find(({ id }) => id !== numberId)?.id ?? '')
    expect(await balanceAt(account, new Date('2026-05-01T00:00:00Z'))).toBe(
      (before ?? 0n) - BigInt(ofFirst.length) * RENT.micros,
    )
  })

  it('of a number bought while a subscription is there is due at once, unless it comes to cover it', async () => {
    const now = new Date('2026-01-31T10:00:00Z')
    const account = await openTestAccount(suite.db, { now })
    await suite.db.sql`select pause_release(${account.accountId}, ${now})`
    const covered = await buyNumber(contextAt(account, now), ANY)
    const uncovered = await buyNumber(contextAt(account, now), ANY)
    await setMode(account, covered.id, 'FIXED', now)
    await runJobAt(now)
    expect(await rentOf(account, covered.id)).toEqual([])
    expect(await rentOf(account, uncovered.id)).toEqual([now.toISOString()])
    await setMode(account, uncovered.id, 'FIXED', now)
    expect(await rentOf(account, uncovered.id)).toEqual([])
    await setMode(account, uncovered.id, 'PAYG', now)
    await runJobAt(now)
    const references = await suite.db.sql`
      select reference from ledger.posting where account_id = ${account.accountId} and code = 'rent' order by id`
    expect(references).toEqual([
      { reference: `rent:${uncovered.id}:2026-01-31` },
      { reference: `rent:${uncovered.id}:2026-01-31:2` },
    ])
  })

  it('stops with the days of grace: what begins after them is not owed, however late the worker comes', async () => {
    const bought = new Date('2026-01-31T10:00:00Z')
    const { account, numberId } = await buyAt(bought, 400)
    await use(account, 'a', 200, new Date('2026-02-01T00:00:00Z'))
    await runJobAt(new Date('2027-01-01T00:00:00Z'))
    // Below zero since 1 February, so the numbers are to be released on 3 March.
    expect(await rentOf(account, numberId)).toEqual([bought.toISOString(), '2026-02-28T10:00:00.000Z'])
    expect(await runJobAt(new Date('2027-01-02T00:00:00Z'))).toBe(0)
  })

  it('that is booked late begins the days of grace when it is booked', async () => {
    const bought = new Date('2026-01-31T10:00:00Z')
    const account = await openTestAccount(suite.db, { now: bought })
    const late = new Date('2026-09-15T00:00:00Z')
    await runJobAt(late)
    expect(await getBalance(suite.db, account.accountId, late)).toEqual({
      balance: usd(-7n * RENT.micros),
      belowZeroSince: late,
    })
  })
})

type Step = Readonly<{ daysLater: number; deed: 'sleep' | 'PAYG' | 'FIXED'; learntLateDays: number }>

const moments = fc
  .record({
    year: fc.integer({ min: 2023, max: 2029 }),
    month: fc.integer({ min: 0, max: 11 }),
    day: fc.oneof(fc.constantFrom(28, 29, 30, 31), fc.integer({ min: 1, max: 31 })),
    minutes: fc.oneof(fc.constantFrom(0, 1_439), fc.integer({ min: 0, max: 1_439 })),
  })
  .map(({ year, month, day, minutes }) => new Date(Date.UTC(year, month, day, 0, minutes)))
const steps = fc.array(
  fc.record({
    daysLater: fc.oneof(fc.integer({ min: 0, max: 45 }), fc.integer({ min: 0, max: 500 })),
    deed: fc.constantFrom<Step['deed']>('sleep', 'sleep', 'PAYG', 'FIXED'),
    learntLateDays: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 120 })),
  }),
  { maxLength: 10 },
)

type Switch = Readonly<{ since: number; mode: 'PAYG' | 'FIXED' }>

/** Written apart from the SQL, from the rule's words: day by day nothing is kept but what rent there was. */
function rentByTheRule(bought: number, switches: readonly Switch[], until: number): string[] {
  const modeAt = (at: number) => switches.filter(({ since }) => since <= at).at(-1)?.mode
  const taken: number[] = []
  let anchor = bought
  let month = 0
  for (;;) {
    const due = sameDayLater(anchor, month)
    if (due > until) break
    if (modeAt(due) === 'PAYG') {
      taken.push(due)
      month++
      continue
    }
    const back = switches.find(({ since, mode }) => since > due && mode === 'PAYG')
    if (back === undefined) break
    anchor = back.since
    month = 0
  }
  return taken.map((at) => new Date(at).toISOString())
}

function sameDayLater(from: number, months: number): number {
  const date = new Date(from)
  const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months + 1, 0)).getUTCDate()
  const day = Math.min(date.getUTCDate(), last)
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, day) + (from % DAY_MS)
}

describe('rent, whatever happens and whenever it is learnt', () => {
  it(
    'is what the rule says',
    async () => {
      await fc.assert(
        fc.asyncProperty(moments, steps, fc.boolean(), async (bought, plan, released) => {
          await forgetEarlierNumbers()
          const { account, numberId } = await buyAt(bought)
          let now = bought.getTime()
          let switches: Switch[] = [{ since: now, mode: 'PAYG' }]
          for (const { daysLater, deed, learntLateDays } of plan) {
            now += daysLater * DAY_MS
            if (deed === 'sleep') {
              await runJobAt(new Date(now))
              continue
            }
            const since = Math.max(bought.getTime(), now - learntLateDays * DAY_MS)
            await setMode(account, numberId, deed, new Date(since))
            const kept = switches.filter((one) => one.since < since)
            if (!(switches.at(-1)?.mode === deed && switches.every((one) => one.since <= since))) {
              switches = kept.at(-1)?.mode === deed ? kept : [...kept, { since, mode: deed }]
            }
          }
          const end = new Date(now + 40 * DAY_MS)
          if (released) await releaseNumber(contextAt(account, end), numberId)
          await runJobAt(released ? new Date(end.getTime() + 400 * DAY_MS) : end)
          const taken = (await rentOf(account, numberId)).toSorted()
          expect(taken).toEqual(rentByTheRule(bought.getTime(), switches, end.getTime()))
        }),
        { numRuns: repetitions({ usual: 100, long: 3_000 }) },
      )
    },
    isLongRun ? 3_600_000 : 120_000,
  )
})

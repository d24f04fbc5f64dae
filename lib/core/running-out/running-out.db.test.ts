import fc from 'fast-check'
import postgres from 'postgres'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { getBalance } from '@/lib/core/ledger/get-balance'
import { grantCredit } from '@/lib/core/ledger/grant-credit'
import { sendQueuedMail } from '@/lib/core/mail/send-queued-mail'
import { buyNumber } from '@/lib/core/numbers/buy-number'
import { listNumbers } from '@/lib/core/numbers/list-numbers'
import type { OutgoingMail } from '@/lib/core/ports/mailer'
import { recordUsage } from '@/lib/core/usage/record-usage'
import { decideNumbersReleaseAt } from '@/lib/core/wallets/decide-numbers-release-at'
import { getWallet } from '@/lib/core/wallets/get-wallet'
import { openDatabase } from '@/lib/db/client'
import { usd, usdFromCents, ZERO } from '@/lib/kit/money'
import { openTestAccount, type TestAccount } from '@/lib/testing/open-test-account'
import { repetitions } from '@/lib/testing/repetitions'
import { memberActor, SYSTEM, testContext } from '@/lib/testing/test-context'
import { useTestDatabase } from '@/lib/testing/use-test-database'
import { advanceRunningOut } from './advance-running-out'
import { getRunningOut } from './get-running-out'
import { listRunningOut } from './list-running-out'
import { releaseUnpaidNumbers } from './release-unpaid-numbers'

const suite = useTestDatabase()
const start = new Date('2026-03-01T09:30:15.250Z')
const DAY_MS = 86_400_000
const day = (days: number) => new Date(start.getTime() + days * DAY_MS)

let owner: postgres.Sql
beforeAll(() => {
  owner = postgres(suite.ownerUrl, { max: 1, onnotice: () => {} })
})
afterAll(() => owner.end())

/** The job looks at everybody: each test is alone with its own account. */
beforeEach(async () => {
  await owner`update number_claim set state = 'freed' where state = 'held'`
  await owner`update phone_number set released_at = created_at, release_reason = 'customer', rent_due_at = null
    where released_at is null`
  await owner`delete from mail`
})

const contextAt = (account: TestAccount, now: Date) =>
  testContext({ db: suite.db, actor: account.owner, now })
const systemAt = (now: Date) => testContext({ db: suite.db, actor: SYSTEM, now })
const use = (account: TestAccount, id: string, cents: number, now: Date) =>
  recordUsage(contextAt(account, now), [
    { id, numberId: null, fareName: 'Call', billedQuantity: 1, amount: usdFromCents(cents), occurredAt: now },
  ])

async function deposit(account: TestAccount, reference: string, cents: number, now: Date): Promise<void> {
  await grantCredit(suite.db, {
    accountId: account.accountId,
    code: 'deposit_manual',
    reference,
    category: 'purchased',
    priority: 0,
    paid: usdFromCents(cents),
    promoted: ZERO,
    expiresAt: null,
    occurredAt: now,
    now,
  })
}

async function runJobAt(now: Date): Promise<void> {
  const ctx = systemAt(now)
  for (const account of await listRunningOut(ctx, 0n, 100)) await advanceRunningOut(ctx, account)
}

/** What the outbox was told to send and has not yet. */
async function sendMail(now: Date): Promise<OutgoingMail[]> {
  const sent: OutgoingMail[] = []
  await sendQueuedMail(systemAt(now), { send: async (mail) => void sent.push(mail) }, 100)
  return sent.toSorted((a, b) => a.to.localeCompare(b.to))
}

const mailsOf = async (account: TestAccount) =>
  (
    await suite.db.sql<{ key: string }[]>`
      select key from mail where account_id = ${account.accountId} order by id`
  ).map(({ key }) => key.split(':')[1] ?? key)

/** Below zero by 2.00 since the start, with the one number that every account has. */
async function openInDebt(): Promise<TestAccount> {
  const account = await openTestAccount(suite.db, { now: day(-1) })
  await use(account, 'call', 200, start)
  return account
}

describe('an account below zero', () => {
  it('goes down the ladder: a mail at each step, once, and at the end its numbers are released', async () => {
    const account = await openInDebt()
    const subjects: string[] = []
    for (const at of [0, 0, 1, 22.9, 23, 23, 28, 29, 29, 29.9]) {
      await Promise.all([runJobAt(day(at)), runJobAt(day(at))])
      subjects.push(...(await sendMail(day(at))).map(({ subject }) => subject))
    }
    expect(subjects).toEqual([
      'Your balance is below zero: your number will be released on Tuesday, March 31, 2026',
      'Your number will be released on Tuesday, March 31, 2026',
      'Last reminder: your number will be released on Tuesday, March 31, 2026, at 9:30 AM UTC',
    ])
    const [number] = await listNumbers(contextAt(account, day(29)))
    await Promise.all([runJobAt(day(30)), runJobAt(day(30)), runJobAt(day(30))])
    const [mail, ...others] = await sendMail(day(30))
    expect(others).toEqual([])
    expect(mail).toMatchObject({ to: account.email, subject: 'Your number was released' })
    expect(mail?.text).toContain(number?.number)
    expect(await listNumbers(contextAt(account, day(30)))).toEqual([])
    const [row] = await suite.db.sql`
      select released_at, release_reason from phone_number where account_id = ${account.accountId}`
    expect(row).toEqual({ released_at: day(30), release_reason: 'unpaid' })
    expect((await getWallet(contextAt(account, day(30)))).numbersReleaseAt).toBeNull()
    await runJobAt(day(60))
    expect(await sendMail(day(60))).toEqual([])
  })

  it('is released at the millisecond that its page names, and not before', async () => {
    const account = await openInDebt()
    const { numbersReleaseAt } = await getWallet(contextAt(account, start))
    expect(numbersReleaseAt).toEqual(day(30))
    await runJobAt(new Date(day(30).getTime() - 1))
    expect(await listNumbers(contextAt(account, start))).toHaveLength(1)
    await runJobAt(day(30))
    expect(await listNumbers(contextAt(account, start))).toHaveLength(0)
  })

  it('is told of nothing more, and loses nothing, once it has recovered: a queued warning is void', async () => {
    const account = await openInDebt()
    await runJobAt(start)
    await deposit(account, 'a', 200, day(1))
    expect(await sendMail(day(1))).toEqual([])
    for (const at of [23, 29, 30, 40]) await runJobAt(day(at))
    expect(await mailsOf(account)).toEqual(['below-zero'])
    expect(await listNumbers(contextAt(account, day(40)))).toHaveLength(1)
  })

  it('begins anew with a new debt, and is warned of it anew', async () => {
    const account = await openInDebt()
    await runJobAt(start)
    expect(await sendMail(start)).toHaveLength(1)
    await deposit(account, 'a', 200, day(29))
    await use(account, 'again', 1, day(29.5))
    await runJobAt(day(30))
    expect(await listNumbers(contextAt(account, day(30)))).toHaveLength(1)
    expect((await sendMail(day(30))).map(({ subject }) => subject)).toEqual([
      'Your balance is below zero: your number will be released on Wednesday, April 29, 2026',
    ])
  })

  it('is warned by the latest step alone where the worker slept through others', async () => {
    const account = await openInDebt()
    await runJobAt(day(29.5))
    await runJobAt(day(29.6))
    expect(await mailsOf(account)).toEqual(['day'])
  })

  it('tells everybody who may pay, and nobody else', async () => {
    const account = await openInDebt()
    for (const [role, email] of [
      ['billing', 'billing@example.com'],
      ['viewer', 'viewer@example.com'],
    ]) {
      await suite.db.sql`
        with person as (insert into "user" (email, name) values (${email ?? ''}, 'B') returning id)
        insert into member (account_id, user_id, role) select ${account.accountId}, id, ${role ?? ''} from person`
    }
    await runJobAt(start)
    expect((await sendMail(start)).map(({ to }) => to)).toEqual(
      [account.email, 'billing@example.com'].toSorted(),
    )
  })

  it('without a number has nothing to lose', async () => {
    const account = await openInDebt()
    await owner`update number_claim set state = 'freed' where account_id = ${String(account.accountId)}`
    await owner`update phone_number set released_at = created_at, release_reason = 'customer', rent_due_at = null
      where account_id = ${String(account.accountId)}`
    await runJobAt(day(31))
    expect(await mailsOf(account)).toEqual([])
    expect(await releaseUnpaidNumbers(systemAt(day(31)), account.accountId)).toEqual([])
  })

  it('keeps its numbers for a deposit that comes at the same moment, or loses them all: never some', async () => {
    for (let turn = 0; turn < repetitions({ usual: 10, long: 200 }); turn++) {
      const account = await openTestAccount(suite.db, { welcomeCents: 1_000, now: day(-1) })
      for (let count = 0; count < 2; count++) {
        await buyNumber(contextAt(account, day(-1)), {
          consent: null,
          inboundInstruction: null,
          inboundVoiceGender: null,
          inboundLanguage: null,
          areaCode: null,
          idempotencyKey: null,
        })
      }
      await use(account, 'call', 500, start)
      const before = (await getBalance(suite.db, account.accountId, start))?.balance.micros ?? 0n
      expect(before).toBeLessThan(0n)
      const [released] = await Promise.all([
        releaseUnpaidNumbers(systemAt(day(30)), account.accountId),
        deposit(account, 'rescue', 2_000, day(30)),
      ])
      const held = await listNumbers(contextAt(account, day(30)))
      expect([
        [3, 0],
        [0, 3],
      ]).toContainEqual([released.length, held.length])
    }
  })

  it('is not charged for months that begin after its days of grace, and is for those before', async () => {
    const account = await openInDebt()
    await runJobAt(day(200))
    // Opened on 28 February: the first month is free, and the second begins on 28 March, within the days of grace.
    const rent = await suite.db.sql`
      select occurred_at from ledger.posting where account_id = ${account.accountId} and code = 'rent'`
    expect(rent).toEqual([{ occurred_at: new Date('2026-03-28T09:30:15.250Z') }])
  })
})

describe('a subscription', () => {
  const pause = (account: TestAccount, at: Date) =>
    suite.db.sql`select pause_release(${account.accountId}, ${at})`
  const resume = (account: TestAccount, at: Date) =>
    suite.db.sql`select resume_release(${account.accountId}, ${at})`

  it('makes the days of grace stand still, and those that were left go on after it', async () => {
    const account = await openInDebt()
    await runJobAt(start)
    await Promise.all([pause(account, day(10)), pause(account, day(10)), pause(account, day(10))])
    await runJobAt(day(100))
    expect((await getWallet(contextAt(account, day(100)))).numbersReleaseAt).toBeNull()
    expect(await getRunningOut(contextAt(account, day(100)))).toMatchObject({
      threat: { releaseAt: null, daysLeft: 20, steps: [] },
    })
    expect(await sendMail(day(100))).toEqual([])
    await Promise.all([resume(account, day(110)), resume(account, day(110))])
    await pause(account, day(120))
    await resume(account, day(125))
    expect((await getWallet(contextAt(account, day(125)))).numbersReleaseAt).toEqual(day(135))
    await runJobAt(day(125))
    await runJobAt(day(128))
    expect(await mailsOf(account)).toEqual(['below-zero', 'below-zero', 'week'])
    await runJobAt(day(135))
    expect(await listNumbers(contextAt(account, day(135)))).toEqual([])
  })

  it('that covered the account when the debt began leaves all thirty days', async () => {
    const account = await openTestAccount(suite.db, { now: day(-30) })
    await pause(account, day(-20))
    await use(account, 'call', 200, start)
    expect(await getRunningOut(contextAt(account, day(5)))).toMatchObject({ threat: { daysLeft: 30 } })
    await resume(account, day(10))
    expect((await getWallet(contextAt(account, day(10)))).numbersReleaseAt).toEqual(day(40))
  })

  it('counts the same in SQL, for the job, and in TypeScript, for the page', async () => {
    const spans = fc.array(
      fc.tuple(fc.integer({ min: -60, max: 60 }), fc.integer({ min: 0, max: 40 * 86_400 })),
      { maxLength: 5 },
    )
    await fc.assert(
      fc.asyncProperty(spans, fc.integer({ min: -400, max: 10 }), async (pauses, cents) => {
        const account = await openTestAccount(suite.db, { now: day(-100), welcomeCents: 10 })
        await use(account, 'call', 10 - cents, start)
        for (const [at, seconds] of pauses) {
          await pause(account, day(at))
          await resume(account, new Date(day(at).getTime() + seconds * 1000))
        }
        const now = day(100)
        const [row] = await suite.db.sql<{ release_at: Date | null; covered: number }[]>`
          select numbers_release_at(${account.accountId}, interval '720 hours', ${now}) as release_at,
            extract(epoch from covered_since(${account.accountId}, ${start}))::float8 as covered`
        const read = await getBalance(suite.db, account.accountId, now)
        expect(row?.release_at ?? null).toEqual(
          decideNumbersReleaseAt({
            balance: read?.balance ?? usd(0n),
            belowZeroSince: read?.belowZeroSince ?? null,
            releasePaused: false,
            coveredMilliseconds: (row?.covered ?? 0) * 1000,
            numbers: ['+12125550100'],
          }),
        )
        expect((await getWallet(contextAt(account, now))).numbersReleaseAt).toEqual(row?.release_at ?? null)
        expect(row?.covered).toBe(coveredSeconds(pauses))
      }),
      { numRuns: repetitions({ usual: 40, long: 1_000 }) },
    )
  })
})

/** By the second, from the words of the rule: how many of them, after the start, a subscription covered. */
function coveredSeconds(pauses: readonly (readonly [day: number, seconds: number])[]): number {
  let coveredUntil = -Infinity
  let covered = 0
  for (const [at, seconds] of pauses) {
    const from = Math.max(at * 86_400, coveredUntil)
    const to = Math.max(from, at * 86_400 + seconds)
    covered += Math.max(0, to - Math.max(0, from))
    coveredUntil = to
  }
  return covered
}

describe('getRunningOut', () => {
  it('shows every date of the ladder, and how far the account has come', async () => {
    const account = await openInDebt()
    const [number] = await listNumbers(contextAt(account, start))
    expect(await getRunningOut(contextAt(account, day(24)))).toEqual({
      threat: {
        owed: usdFromCents(200),
        belowZeroSince: start,
        numbers: [number?.number],
        releaseAt: day(30),
        daysLeft: 6,
        steps: [
          { step: 'below-zero', at: start, isReached: true },
          { step: 'week', at: day(23), isReached: true },
          { step: 'day', at: day(29), isReached: false },
          { step: 'release', at: day(30), isReached: false },
        ],
      },
      release: null,
    })
  })

  it('shows nothing of a threat to whom nothing threatens', async () => {
    const account = await openTestAccount(suite.db, { now: start })
    expect(await getRunningOut(contextAt(account, start))).toEqual({ threat: null, release: null })
  })

  it('shows for a while what was released', async () => {
    const account = await openInDebt()
    const [number] = await listNumbers(contextAt(account, start))
    await runJobAt(day(30))
    const release = { at: day(30), numbers: [number?.number] }
    expect(await getRunningOut(contextAt(account, day(89)))).toEqual({ threat: null, release })
    expect(await getRunningOut(contextAt(account, day(91)))).toEqual({ threat: null, release: null })
  })

  it('can be read by an impersonator, whose handle cannot write, and changes nothing', async () => {
    const account = await openInDebt()
    const db = openDatabase(suite.readonlyUrl, { poolSize: 1, applicationName: 'test' })
    const actor = {
      kind: 'impersonator',
      staffUserId: 's',
      reason: 'a call',
      accountId: account.accountId,
      scopes: ['billing:read'],
    } as const
    expect(await getRunningOut(testContext({ db, actor, now: day(2) }))).toMatchObject({
      threat: { daysLeft: 28 },
    })
    await db.close()
  })

  it('is for whoever may read the billing', async () => {
    const account = await openInDebt()
    const actor = { ...memberActor(account.accountId, 'u', 'viewer'), scopes: [] }
    await expect(getRunningOut(testContext({ db: suite.db, actor }))).rejects.toMatchObject({
      code: 'forbidden',
    })
  })
})

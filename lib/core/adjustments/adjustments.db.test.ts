import { beforeAll, describe, expect, test } from 'vitest'
import type { Actor } from '@/lib/core/actor'
import { getWallet } from '@/lib/core/wallets/get-wallet'
import { newId } from '@/lib/kit/ids'
import { usdFromCents } from '@/lib/kit/money'
import { openTestAccount, type TestAccount } from '@/lib/testing/open-test-account'
import { addStaff, setStaff, type StaffActor } from '@/lib/testing/staff'
import { testContext } from '@/lib/testing/test-context'
import { useTestDatabase } from '@/lib/testing/use-test-database'
import type { AdjustmentTerms } from './adjustment'
import { decideAdjustment } from './decide-adjustment'
import { getAdjustment } from './get-adjustment'
import { listAdjustments } from './list-adjustments'
import { requestAdjustment } from './request-adjustment'

const suite = useTestDatabase()
const NOW = new Date('2026-06-10T12:00:00Z')
const DAY_MS = 86_400_000
const later = (days: number) => new Date(NOW.getTime() + days * DAY_MS)

let ada: StaffActor
let bob: StaffActor
let account: TestAccount

beforeAll(async () => {
  ada = await addStaff(suite.db)
  bob = await addStaff(suite.db)
})

const as = (actor: Actor, now = NOW) => testContext({ db: suite.db, actor, now })

const grantOf = (cents: number, expiresAt: Date | null = null): AdjustmentTerms => ({
  kind: 'grant',
  amount: usdFromCents(cents),
  category: 'promotional',
  expiresAt,
})

type Asking = Readonly<{ by?: Actor; id?: string; terms?: AdjustmentTerms; reason?: string; now?: Date }>

const ask = ({ by = ada, id = newId('adj'), terms = grantOf(2_500), reason, now }: Asking = {}) =>
  requestAdjustment(as(by, now), {
    id,
    accountId: account.accountId,
    terms,
    reason: reason ?? 'Calls were dropped on Monday.',
  })

const decide = (by: Actor, id: string, approves = true, now?: Date) =>
  decideAdjustment(as(by, now), { id, approves, note: null })

const balance = async (now = NOW) => {
  const [row] = await suite.db.sql<{ micros: bigint }[]>`
    select balance_micros as micros from ledger.balance(${account.accountId}, ${now})`
  return Number((row?.micros ?? 0n) / 10_000n)
}

const grants = () => suite.db.sql<{ reference: string }[]>`
  select reference from ledger.posting where account_id = ${account.accountId} and code = 'deposit_manual' order by id`

const audited = async () => {
  const rows = await suite.db.sql<{ action: string; staff: string; reason: string | null }[]>`
    select action, staff_user_id as staff, reason from audit_event
      where account_id = ${account.accountId} and action like 'adjustment.%' order by id`
  return rows.map(({ action, staff }) => [action, staff])
}

const codeOf = (asked: Promise<unknown>) =>
  asked.then(
    () => 'done',
    (error: unknown) => (error instanceof Error && 'code' in error ? error.code : error),
  )

describe('a grant by hand', () => {
  beforeAll(async () => {
    account = await openTestAccount(suite.db, { now: NOW })
  })

  test('within the limit is a manual deposit at once, and in the log', async () => {
    const id = newId('adj')
    const answer = await ask({ id, terms: grantOf(2_500, later(30)) })
    expect(answer).toEqual({ state: 'made', postingId: expect.any(BigInt) })
    expect(await balance()).toBe(2_500)
    expect(await balance(later(31))).toBe(0)
    expect(await grants()).toEqual([{ reference: `manual:${id}` }])
    const [event] = await suite.db.sql`select * from audit_event where target = ${id}`
    expect(event).toMatchObject({
      actor: `staff:${ada.userId}`,
      staff_user_id: ada.userId,
      account_id: account.accountId,
      action: 'adjustment.made',
      reason: 'Calls were dropped on Monday.',
      details: {
        kind: 'grant',
        micros: '25000000',
        category: 'promotional',
        posting: String(answer.postingId),
      },
    })
  })

  test('is one, however often its form is sent at once', async () => {
    account = await openTestAccount(suite.db, { now: NOW })
    const id = newId('adj')
    const answers = await Promise.all(Array.from({ length: 12 }, () => ask({ id })))
    expect(new Set(answers.map(({ postingId }) => postingId)).size).toBe(1)
    expect(await balance()).toBe(2_500)
    expect(await audited()).toHaveLength(1)
  })

  test.each([
    ['amount', { terms: grantOf(2_501) }],
    ['expiry', { terms: grantOf(2_500, later(3)) }],
    ['reason', { reason: 'Another reason altogether.' }],
  ])('is refused where its form was sent before with another %s', async (_what, other: Asking) => {
    const id = newId('adj')
    await ask({ id, now: later(40) })
    expect(await codeOf(ask({ id, ...other }))).toBe('idempotency_key_reused')
  })

  test('is not given where it would have expired', async () => {
    expect(await codeOf(ask({ terms: grantOf(100, NOW) }))).toBe('conflict')
  })

  test('is given by nobody but staff, and by nobody to an account of their own', async () => {
    const member = await addStaff(suite.db)
    await suite.db.sql`
      insert into member (account_id, user_id, role) values (${account.accountId}, ${member.userId}, 'viewer')`
    const demoted = await addStaff(suite.db)
    await setStaff(suite.db, demoted.userId, false)
    const before = await grants()
    for (const by of [account.owner, account.program, member, demoted, { ...ada, scopes: [] }]) {
      expect(await codeOf(ask({ by }))).toBe('forbidden')
    }
    expect(await grants()).toEqual(before)
  })

  test('is not found for an account that does not exist', async () => {
    const request = { id: newId('adj'), accountId: 999_999n, terms: grantOf(100), reason: 'No such account.' }
    expect(await codeOf(requestAdjustment(as(ada), request))).toBe('not_found')
  })

  test('shows to the customer as a manual deposit', async () => {
    account = await openTestAccount(suite.db, { now: NOW })
    await ask()
    const { deposits } = await getWallet(as(account.owner))
    expect(deposits).toMatchObject([{ kind: 'manual', amount: usdFromCents(2_500), invoiceId: null }])
  })
})

describe('above the limit', () => {
  let id: string
  const pending = async (now = NOW) => {
    account = await openTestAccount(suite.db, { now: NOW })
    id = newId('adj')
    expect(await ask({ id, terms: grantOf(10_001), now })).toEqual({ state: 'pending', postingId: null })
  }

  test('a grant waits, and moves nothing until a second person approves', async () => {
    await pending()
    expect(await balance()).toBe(0)
    expect((await decide(bob, id)).state).toBe('made')
    expect(await balance()).toBe(10_001)
    expect(await audited()).toEqual([
      ['adjustment.requested', ada.userId],
      ['adjustment.approved', bob.userId],
    ])
  })

  test('who asked cannot approve, not past our code either', async () => {
    await pending()
    expect(await codeOf(decide(ada, id))).toBe('forbidden')
    const [row] = await suite.db.sql`
      select status from decide_adjustment(${id}, true, null, ${ada.userId}, ${NOW})`
    expect(row).toEqual({ status: 'same_person' })
    await expect(
      suite.db
        .sql`update adjustment set state = 'made', posting_id = 1, decided_by = ${bob.userId} where id = ${id}`,
    ).rejects.toMatchObject({ code: '42501' })
    expect(await balance()).toBe(0)
  })

  test('nor someone who is no staff any more, nor a member of the account', async () => {
    await pending()
    const member = await addStaff(suite.db)
    await suite.db.sql`
      insert into member (account_id, user_id, role) values (${account.accountId}, ${member.userId}, 'owner')`
    const demoted = await addStaff(suite.db)
    await setStaff(suite.db, demoted.userId, false)
    for (const by of [member, demoted, account.owner]) expect(await codeOf(decide(by, id))).toBe('forbidden')
    expect(await balance()).toBe(0)
  })

  test.each([
    [
      'has become a member of the account',
      (userId: string) => suite.db.sql`
      insert into member (account_id, user_id, role) values (${account.accountId}, ${userId}, 'viewer')`,
    ],
    ['is no staff any more', (userId: string) => setStaff(suite.db, userId, false)],
  ])('nor is it approved once who asked for it %s: it can only be declined', async (_, change) => {
    account = await openTestAccount(suite.db, { now: NOW })
    const asking = await addStaff(suite.db)
    id = newId('adj')
    await ask({ id, terms: grantOf(10_001), by: asking })
    const isBarred = async () => (await getAdjustment(as(bob), id))?.isRequesterBarred
    expect(await isBarred()).toBe(false)
    await change(asking.userId)
    expect(await isBarred()).toBe(true)
    expect(await codeOf(decide(bob, id))).toBe('conflict')
    expect(await balance()).toBe(0)
    expect((await decide(bob, id, false)).state).toBe('declined')
    expect(await isBarred()).toBe(false)
  })

  test('it is decided once, however many decide at once', async () => {
    await pending()
    const others = await Promise.all(Array.from({ length: 6 }, () => addStaff(suite.db)))
    const outcomes = await Promise.all(
      others.flatMap((by, index) => [
        codeOf(decide(by, id, index % 2 === 0)),
        codeOf(decide(by, id, index % 2 === 0)),
      ]),
    )
    expect(outcomes.filter((outcome) => outcome === 'done')).toHaveLength(2)
    expect(outcomes.filter((outcome) => outcome === 'conflict')).toHaveLength(10)
    expect(await audited()).toHaveLength(2)
    expect([0, 10_001]).toContain(await balance())
  })

  test('declined or withdrawn it is over', async () => {
    await pending()
    expect((await decide(bob, id, false)).state).toBe('declined')
    expect(await codeOf(decide(await addStaff(suite.db), id))).toBe('conflict')
    await pending()
    expect((await decide(ada, id, false)).state).toBe('withdrawn')
    expect(await codeOf(decide(bob, id))).toBe('conflict')
    expect((await audited()).at(-1)).toEqual(['adjustment.withdrawn', ada.userId])
    expect(await balance()).toBe(0)
  })

  test('it lapses after seven days', async () => {
    await pending()
    const lapsed = later(7)
    expect((await listAdjustments(as(bob, lapsed), { accountId: account.accountId }))[0]?.state).toBe(
      'lapsed',
    )
    expect(await decide(bob, id, true, lapsed)).toEqual({ state: 'lapsed', postingId: null })
    expect(await balance()).toBe(0)
    await pending()
    expect((await decide(bob, id, true, new Date(lapsed.getTime() - 1))).state).toBe('made')
  })

  test('what would have expired by then is not given', async () => {
    account = await openTestAccount(suite.db, { now: NOW })
    id = newId('adj')
    await ask({ id, terms: grantOf(20_000, later(2)) })
    expect(await codeOf(decide(bob, id, true, later(2)))).toBe('conflict')
    expect((await decide(bob, id, false, later(2))).state).toBe('declined')
  })

  test('amounts of one person in a day count together, in parts and at once', async () => {
    account = await openTestAccount(suite.db, { now: NOW })
    const asked = await Promise.all(Array.from({ length: 6 }, () => ask({ terms: grantOf(4_000) })))
    expect(asked.filter(({ state }) => state === 'made')).toHaveLength(2)
    expect(await balance()).toBe(8_000)
    expect((await ask({ by: bob, terms: grantOf(10_000) })).state).toBe('made')
    expect((await ask({ terms: grantOf(10_000), now: later(1) })).state).toBe('made')
  })
})

describe('listAdjustments', () => {
  test('shows what waits, what was decided, and what an account had', async () => {
    account = await openTestAccount(suite.db, { now: NOW })
    const [first, second] = [newId('adj'), newId('adj')]
    await ask({ id: first, terms: grantOf(20_000), now: later(100) })
    await ask({ id: second, terms: grantOf(30_000), now: later(101) })
    await ask({ terms: grantOf(100), now: later(102) })
    const reader = as(bob, later(102))
    const waiting = (await listAdjustments(reader, 'waiting')).map(({ id }) => id)
    expect(waiting).toEqual([first, second])
    await decide(bob, first, true, later(102))
    expect((await listAdjustments(reader, 'waiting')).map(({ id }) => id)).toEqual([second])
    expect((await listAdjustments(reader, 'decided'))[0]).toMatchObject({
      id: first,
      state: 'made',
      amount: usdFromCents(20_000),
      deed: { kind: 'grant', category: 'promotional', expiresAt: null },
      isOwn: false,
      decidedAt: later(102),
    })
    const own = await listAdjustments(as(ada, later(102)), { accountId: account.accountId })
    expect(own.map(({ state, isOwn }) => [state, isOwn])).toEqual([
      ['made', true],
      ['pending', true],
      ['made', true],
    ])
  })

  test('is for staff only', async () => {
    expect(await codeOf(listAdjustments(as(account.owner), 'waiting'))).toBe('forbidden')
  })
})

import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { clawBackCredit } from '@/lib/core/ledger/claw-back-credit'
import { grantCredit } from '@/lib/core/ledger/grant-credit'
import { reversePosting } from '@/lib/core/ledger/reverse-posting'
import { buyNumber } from '@/lib/core/numbers/buy-number'
import { recordUsage } from '@/lib/core/usage/record-usage'
import { newId } from '@/lib/kit/ids'
import { usd, usdFromCents, ZERO } from '@/lib/kit/money'
import { openTestAccount, type TestAccount } from '@/lib/testing/open-test-account'
import { addStaff, type StaffActor } from '@/lib/testing/staff'
import { testContext } from '@/lib/testing/test-context'
import { useTestDatabase } from '@/lib/testing/use-test-database'
import type { AdjustmentTerms } from './adjustment'
import { decideAdjustment } from './decide-adjustment'
import { listCorrectable } from './list-correctable'
import { previewAdjustment, type Side } from './preview-adjustment'
import { requestAdjustment } from './request-adjustment'

const suite = useTestDatabase()
const NOW = new Date('2026-06-10T12:00:00Z')
const at = (seconds: number) => new Date(NOW.getTime() + seconds * 1000)

let staff: StaffActor
let account: TestAccount

beforeAll(async () => {
  staff = await addStaff(suite.db)
})
beforeEach(async () => {
  account = await openTestAccount(suite.db, { welcomeCents: 500, now: NOW })
})

const ctx = (now = at(60)) => testContext({ db: suite.db, actor: staff, now })
const owner = (now = at(60)) => testContext({ db: suite.db, actor: account.owner, now })

const undo = (postingId: bigint, id = newId('adj'), now = at(60)) =>
  requestAdjustment(ctx(now), {
    id,
    accountId: account.accountId,
    terms: { kind: 'reversal', postingId },
    reason: 'Billed by mistake.',
  })

const preview = (terms: AdjustmentTerms, now = at(60)) =>
  previewAdjustment(ctx(now), { accountId: account.accountId, terms })

const codeOf = (asked: Promise<unknown>) =>
  asked.then(
    () => 'done',
    (error: unknown) => (error instanceof Error && 'code' in error ? error.code : error),
  )

const use = (cents: number, id = 'call') =>
  recordUsage(owner(at(30)), [
    {
      id,
      numberId: null,
      fareName: 'Call',
      billedQuantity: 1,
      amount: usdFromCents(cents),
      occurredAt: at(30),
    },
  ])

const deposit = (
  reference: string,
  cents: number,
  code: 'deposit_card' | 'deposit_manual' = 'deposit_card',
) =>
  grantCredit(suite.db, {
    accountId: account.accountId,
    code,
    reference,
    category: 'purchased',
    priority: 0,
    paid: code === 'deposit_card' ? usdFromCents(cents) : ZERO,
    promoted: code === 'deposit_card' ? ZERO : usdFromCents(cents),
    expiresAt: null,
    occurredAt: at(1),
    now: at(1),
  })

/** The id of the account's only posting of this code. */
async function postingOf(code: string): Promise<bigint> {
  const [row] = await suite.db.sql<{ id: bigint }[]>`
    select id from ledger.posting where account_id = ${account.accountId} and code = ${code} order by id desc limit 1`
  return row?.id ?? 0n
}

async function balance(): Promise<number> {
  const [row] = await suite.db.sql<{ micros: bigint }[]>`
    select balance_micros as micros from ledger.balance(${account.accountId}, ${at(60)})`
  return Number((row?.micros ?? 0n) / 10_000n)
}

const sides = (moves: readonly Readonly<{ from: Side; to: Side }>[]) =>
  moves.map(({ from, to }) => [from.category ?? from.kind, to.category ?? to.kind])

describe('a correction by hand', () => {
  test('of usage gives back what it took, to where it came from', async () => {
    await deposit('in_1', 1_000)
    await use(700)
    const postingId = await postingOf('usage')
    const shown = await preview({ kind: 'reversal', postingId })
    expect(shown).toMatchObject({
      total: usdFromCents(700),
      before: usdFromCents(800),
      after: usdFromCents(1_500),
      needsApproval: false,
    })
    expect(sides(shown.moves)).toEqual([
      ['usage', 'purchased'],
      ['usage', 'promotional'],
    ])
    expect(await balance()).toBe(800)
    expect((await undo(postingId)).state).toBe('made')
    expect(await balance()).toBe(1_500)
  })

  test('of a grant takes it back, down to an overdraft where it was spent', async () => {
    await deposit('by-hand', 1_000, 'deposit_manual')
    await use(1_200)
    const shown = await preview({ kind: 'reversal', postingId: await postingOf('deposit_manual') })
    expect(shown).toMatchObject({ total: usdFromCents(1_000), after: usdFromCents(-700) })
    await undo(await postingOf('deposit_manual'))
    expect(await balance()).toBe(-700)
  })

  test('takes no credit back that has expired: it would come from what was paid', async () => {
    const granted = async (cents: number, expiresAt: Date) => {
      const amount = usdFromCents(cents)
      const terms = { kind: 'grant', amount, category: 'promotional', expiresAt } as const
      const request = { id: newId('adj'), accountId: account.accountId, terms, reason: 'An apology.' }
      return (await requestAdjustment(ctx(at(1)), request)).postingId ?? 0n
    }
    await deposit('in_1', 1_000)
    const [lapsed, large] = [await granted(3_000, at(50)), await granted(6_000, at(90))]
    expect(await codeOf(undo(lapsed))).toBe('conflict')
    await suite.db.sql`select ledger.expire_grants(${account.accountId}, ${at(51)})`
    expect(await codeOf(preview({ kind: 'reversal', postingId: lapsed }))).toBe('conflict')
    const shown = await listCorrectable(ctx(), { accountId: account.accountId, before: null })
    expect(shown.postings.map(({ postingId }) => postingId)).not.toContain(lapsed)
    // Asked for in time, and approved too late.
    const id = newId('adj')
    expect((await undo(large, id)).state).toBe('pending')
    const second = testContext({ db: suite.db, actor: await addStaff(suite.db), now: at(100) })
    expect(await codeOf(decideAdjustment(second, { id, approves: true, note: null }))).toBe('conflict')
    expect(await balance()).toBe(7_500)
  })

  test('of rent leaves the month paid for, whatever becomes of the number', async () => {
    await deposit('in_1', 1_000)
    const { id } = await buyNumber(owner(at(10)), {
      consent: null,
      inboundInstruction: null,
      inboundVoiceGender: null,
      inboundLanguage: null,
      areaCode: null,
      idempotencyKey: null,
    })
    expect(await balance()).toBe(1_200)
    await undo(await postingOf('rent'))
    expect(await balance()).toBe(1_500)
    for (const [mode, second] of [
      ['FIXED', 100],
      ['PAYG', 200],
    ] as const) {
      await suite.db.sql`select set_number_mode(${account.accountId}, ${id}, ${mode}, ${at(second)})`
    }
    const [due] = await suite.db.sql`
      select rent_due_at from phone_number where account_id = ${account.accountId} and id = ${id}`
    expect(due).toEqual({ rent_due_at: new Date('2026-07-10T12:00:10Z') })
  })

  test('is one for a posting, however many ask at once', async () => {
    await use(300)
    const postingId = await postingOf('usage')
    const outcomes = await Promise.all(Array.from({ length: 8 }, () => codeOf(undo(postingId))))
    expect(outcomes.sort()).toEqual([...Array<string>(7).fill('conflict'), 'done'])
    expect(await balance()).toBe(500)
    expect(await codeOf(preview({ kind: 'reversal', postingId }))).toBe('conflict')
  })

  test('above the limit waits for a second person, once for a posting, and is not made twice', async () => {
    await deposit('in_1', 50_000)
    await use(20_000)
    const postingId = await postingOf('usage')
    const id = newId('adj')
    expect((await preview({ kind: 'reversal', postingId })).needsApproval).toBe(true)
    expect((await undo(postingId, id)).state).toBe('pending')
    expect(await codeOf(undo(postingId))).toBe('conflict')
    const second = testContext({ db: suite.db, actor: await addStaff(suite.db), now: at(90) })
    const decision = { id, approves: true, note: null }
    await reversePosting(suite.db, {
      accountId: account.accountId,
      targetReference: 'usage:call',
      occurredAt: at(70),
      now: at(70),
    })
    expect(await codeOf(decideAdjustment(second, decision))).toBe('conflict')
    expect(await balance()).toBe(50_500)
    expect((await decideAdjustment(second, { ...decision, approves: false })).state).toBe('declined')
  })

  test('that lapsed can be asked for again', async () => {
    await deposit('in_1', 50_000)
    await use(20_000)
    await undo(await postingOf('usage'))
    expect((await undo(await postingOf('usage'), newId('adj'), at(8 * 86_400))).state).toBe('pending')
  })

  test('is refused of what follows Stripe, and of what is final', async () => {
    await deposit('in_1', 1_000)
    await clawBackCredit(suite.db, {
      accountId: account.accountId,
      code: 'refund',
      reference: 're_1',
      grantReference: 'in_1',
      amount: usdFromCents(200),
      occurredAt: at(2),
      now: at(2),
    })
    await suite.db
      .sql`select ledger.pay_subscription(${account.accountId}, 'in_2', 3000000, ${at(3)}, ${at(3)})`
    await use(100)
    await undo(await postingOf('usage'))
    for (const code of ['deposit_card', 'refund', 'subscription', 'reversal']) {
      expect(await codeOf(undo(await postingOf(code))), code).toBe('conflict')
      expect(await codeOf(preview({ kind: 'reversal', postingId: await postingOf(code) })), code).toBe(
        'conflict',
      )
    }
    const foreign = await postingOf('deposit_welcome')
    account = await openTestAccount(suite.db, { now: NOW })
    expect(await codeOf(undo(foreign))).toBe('not_found')
  })
})

describe('a preview', () => {
  test('of a grant shows what repays the overdraft, and leaves no trace', async () => {
    await use(700)
    const postings = async () => {
      const [row] = await suite.db.sql`
        select count(*), max(id) from ledger.posting where account_id = ${account.accountId}`
      return row
    }
    const before = await postings()
    const terms: AdjustmentTerms = {
      kind: 'grant',
      amount: usdFromCents(1_000),
      category: 'promotional',
      expiresAt: at(120),
    }
    const shown = await preview(terms)
    expect(shown).toMatchObject({
      before: usdFromCents(-200),
      after: usdFromCents(800),
      needsApproval: false,
    })
    expect(shown.moves.map(({ from, to, amount }) => [from.kind, to.kind, to.expiresAt, amount])).toEqual([
      ['promotions', 'overdraft', null, usdFromCents(200)],
      ['promotions', 'grant', at(120), usdFromCents(800)],
    ])
    expect(await postings()).toEqual(before)
    expect(await balance()).toBe(-200)
  })

  test('says what the deed then does', async () => {
    await deposit('in_1', 1_000)
    await use(1_800)
    const postingId = await postingOf('deposit_welcome')
    const shown = await preview({ kind: 'reversal', postingId })
    const { postingId: made } = await undo(postingId)
    const [row] = await suite.db.sql<{ total: bigint; balance: bigint; moves: string }[]>`
      select total_micros as total, balance_micros as balance, (
          select string_agg(amount_micros::text, ' ' order by leg) from ledger.transfer t
            where t.account_id = p.account_id and t.posting_id = p.id) as moves
        from ledger.posting p where account_id = ${account.accountId} and id = ${made ?? 0n}`
    expect(shown.total).toEqual(usd(row?.total ?? 0n))
    expect(shown.after).toEqual(usd(row?.balance ?? 0n))
    expect(shown.moves.map(({ amount }) => String(amount.micros)).join(' ')).toBe(row?.moves)
  })

  test('is for staff only, and not of an account of their own', async () => {
    const terms: AdjustmentTerms = { kind: 'reversal', postingId: await postingOf('deposit_welcome') }
    expect(await codeOf(previewAdjustment(owner(), { accountId: account.accountId, terms }))).toBe(
      'forbidden',
    )
    const member = await addStaff(suite.db)
    await suite.db.sql`
      insert into member (account_id, user_id, role) values (${account.accountId}, ${member.userId}, 'billing')`
    const own = testContext({ db: suite.db, actor: member, now: at(60) })
    expect(await codeOf(previewAdjustment(own, { accountId: account.accountId, terms }))).toBe('forbidden')
  })
})

describe('listCorrectable', () => {
  test('shows what can be undone, in pages, and no more what was', async () => {
    await deposit('in_1', 1_000)
    for (let index = 0; index < 25; index++) await use(10, `call-${String(index)}`)
    await undo(await postingOf('usage'))
    const read = (before: bigint | null) => listCorrectable(ctx(), { accountId: account.accountId, before })
    const first = await read(null)
    const second = await read(first.nextBefore)
    expect([first.postings.length, second.postings.length, second.nextBefore]).toEqual([20, 5, null])
    expect([...first.postings, ...second.postings].map(({ reference }) => reference)).toEqual([
      ...Array.from({ length: 24 }, (_, index) => `usage:call-${String(23 - index)}`),
      'welcome',
    ])
    expect(first.postings[0]).toMatchObject({ code: 'usage', subject: 'Call', total: usdFromCents(10) })
  })
})

import postgres from 'postgres'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { grantCredit } from '@/lib/core/ledger/grant-credit'
import { recordUsage } from '@/lib/core/usage/record-usage'
import { resolveRefunds } from '@/lib/jobs/resolve-refunds'
import { newId } from '@/lib/kit/ids'
import { usdFromCents, ZERO } from '@/lib/kit/money'
import { makeContext } from '@/lib/server/container'
import { payAtStripe, type PaidTopUp } from '@/lib/testing/refunds/pay-at-stripe'
import { addStaff, type StaffActor } from '@/lib/testing/staff'
import { useTestContainer } from '@/lib/testing/test-container'
import { memberActor } from '@/lib/testing/test-context'
import { readBooks } from '@/lib/testing/top-up'
import { useLocalStripe } from '@/lib/testing/use-local-stripe'
import { useTestDatabase } from '@/lib/testing/use-test-database'
import { makeRefund } from './make-refund'
import { previewRefund } from './preview-refund'
import { refundDeposit } from './refund-deposit'

const database = useTestDatabase()
const stripe = useLocalStripe()
const container = useTestContainer(database, () => stripe.env)

let staff: StaffActor
let owner: postgres.Sql
beforeAll(async () => {
  staff = await addStaff(database.db)
  owner = postgres(database.ownerUrl, { max: 1, onnotice: () => {} })
})
afterAll(() => owner.end())
afterEach(async () => {
  await stripe.calm()
})

const asStaff = () => makeContext(container(), staff, newId('req'))

async function pay(cents = 2500): Promise<PaidTopUp> {
  const paid = await payAtStripe(container(), stripe, { cents })
  await paid.hear()
  return paid
}

const deposit = ({ customer, invoiceId }: PaidTopUp, cents: number) => ({
  accountId: customer.accountId,
  depositReference: invoiceId,
  amount: usdFromCents(cents),
})
const refund = async (paid: PaidTopUp, cents: number, idempotencyKey = newId('act')) =>
  refundDeposit(await asStaff(), { ...deposit(paid, cents), reason: 'The customer asked.', idempotencyKey })
const preview = async (paid: PaidTopUp, cents: number) => previewRefund(await asStaff(), deposit(paid, cents))
const balance = async ({ customer }: PaidTopUp) => (await readBooks(container(), customer.accountId)).balance
const refundsAt = async ({ paymentId }: PaidTopUp) =>
  (await stripe.client.refunds.list({ payment_intent: paymentId })).data.map(({ amount }) => amount)
const use = async ({ customer }: PaidTopUp, cents: number) =>
  recordUsage(await customer.context(), [
    {
      id: newId('evt'),
      numberId: null,
      fareName: 'Call',
      billedQuantity: 1,
      amount: usdFromCents(cents),
      occurredAt: await container().clock.read(),
    },
  ])

describe('refundDeposit', () => {
  it('gives the money back through Stripe and takes the credit back in the same breath', async () => {
    const paid = await pay()
    expect(await refund(paid, 1000)).toMatchObject({ state: 'succeeded', amount: usdFromCents(1000) })
    expect(await refundsAt(paid)).toEqual([1000])
    expect(await balance(paid)).toBe(15_000_000n)
    await paid.hear()
    expect(await balance(paid)).toBe(15_000_000n)
    expect(await refund(paid, 1500)).toMatchObject({ state: 'succeeded' })
    expect(await balance(paid)).toBe(0n)
  })

  it('does what the preview says: own credit, then other purchases, then debt', async () => {
    const paid = await pay()
    const now = await container().clock.read()
    await use(paid, 1800)
    await grantCredit(database.db, {
      accountId: paid.customer.accountId,
      code: 'deposit_card',
      category: 'purchased',
      priority: 0,
      expiresAt: null,
      reference: `${paid.invoiceId}_other`,
      paid: usdFromCents(400),
      promoted: ZERO,
      occurredAt: now,
      now,
    })
    const said = await preview(paid, 2000)
    expect(said).toEqual({
      obstacle: null,
      paid: usdFromCents(2500),
      left: usdFromCents(2500),
      amount: usdFromCents(2000),
      clawed: usdFromCents(2000),
      sources: [
        { reference: paid.invoiceId, isOwn: true, micros: usdFromCents(700) },
        { reference: `${paid.invoiceId}_other`, isOwn: false, micros: usdFromCents(400) },
      ],
      debt: usdFromCents(900),
      balanceBefore: usdFromCents(1100),
      balanceAfter: usdFromCents(-900),
    })
    await refund(paid, 2000)
    expect(await balance(paid)).toBe(said.balanceAfter.micros)
  })

  it('previews what a warning of fraud has frozen, too', async () => {
    const paid = await pay()
    await use(paid, 1800)
    await stripe.warnOfFraud(paid.paymentId)
    await paid.hear()
    expect(await balance(paid)).toBe(0n)
    const said = await preview(paid, 1000)
    expect(said).toMatchObject({ obstacle: null, balanceBefore: ZERO, balanceAfter: usdFromCents(-300) })
    await refund(paid, 1000)
    expect(await balance(paid)).toBe(said.balanceAfter.micros)
  })

  it('refunds once however often a form is sent, and answers each time what became of it', async () => {
    const paid = await pay()
    const answers = await Promise.all(Array.from({ length: 20 }, () => refund(paid, 1000, 'one-form')))
    expect(new Set(answers.map(({ requestId }) => requestId)).size).toBe(1)
    expect(await refundsAt(paid)).toEqual([1000])
    expect(await balance(paid)).toBe(15_000_000n)
    expect(await refund(paid, 1000, 'one-form')).toMatchObject({ state: 'succeeded' })
    await expect(refund(paid, 900, 'one-form')).rejects.toMatchObject({ code: 'idempotency_key_reused' })
  })

  it('never refunds more than was paid, also by two people at once', async () => {
    const paid = await pay()
    await expect(refund(paid, 2501)).rejects.toMatchObject({ code: 'invalid_input' })
    const both = await Promise.allSettled([refund(paid, 2000), refund(paid, 2000)])
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(await refundsAt(paid)).toEqual([2000])
    expect(await preview(paid, 600)).toMatchObject({ obstacle: 'too_much', left: usdFromCents(500) })
  })

  it('counts what was refunded at Stripe without us', async () => {
    const paid = await pay()
    await stripe.client.refunds.create({ payment_intent: paid.paymentId, amount: 2000 })
    // Not heard of yet: Stripe refuses, and says why.
    expect(await refund(paid, 1000)).toMatchObject({ state: 'failed' })
    await paid.hear()
    await expect(refund(paid, 1000)).rejects.toMatchObject({ code: 'invalid_input' })
    expect(await balance(paid)).toBe(5_000_000n)
  })

  it('is refused while the payment is disputed, known to us or not', async () => {
    const paid = await pay()
    await stripe.dispute(paid.paymentId)
    expect(await refund(paid, 1000)).toMatchObject({ state: 'failed', failureCode: 'charge_disputed' })
    await paid.hear()
    expect(await preview(paid, 1000)).toMatchObject({ obstacle: 'disputed' })
    await expect(refund(paid, 1000)).rejects.toMatchObject({ code: 'conflict' })
    expect(await refundsAt(paid)).toEqual([])
  })

  it('takes whole cents of a card payment of that account, and nothing else', async () => {
    const paid = await pay()
    const other = await pay()
    const ctx = await asStaff()
    const asked = { ...deposit(paid, 1000), reason: 'The customer asked.', idempotencyKey: newId('act') }
    await expect(refundDeposit(ctx, { ...asked, accountId: other.customer.accountId })).rejects.toMatchObject(
      { code: 'not_found' },
    )
    await expect(refundDeposit(ctx, { ...asked, depositReference: 'welcome' })).rejects.toMatchObject({
      code: 'not_found',
    })
    await expect(
      previewRefund(ctx, { ...deposit(paid, 1000), depositReference: 'in_none' }),
    ).rejects.toMatchObject({ code: 'not_found' })
    for (const amount of [0n, -10_000n, 5_000n]) {
      await expect(
        refundDeposit(ctx, { ...asked, amount: { ...asked.amount, micros: amount } }),
      ).rejects.toMatchObject({ code: 'invalid_input' })
    }
  })

  it('is for staff alone', async () => {
    const paid = await pay()
    const own = await paid.customer.context()
    const member = memberActor(paid.customer.accountId, staff.userId)
    for (const ctx of [own, { ...own, actor: member }]) {
      await expect(previewRefund(ctx, deposit(paid, 1000))).rejects.toMatchObject({ code: 'forbidden' })
      await expect(
        refundDeposit(ctx, { ...deposit(paid, 1000), reason: 'Mine.', idempotencyKey: 'k' }),
      ).rejects.toMatchObject({ code: 'forbidden' })
    }
  })
})

describe('staff who are members of an account', () => {
  it('refund nothing of it', async () => {
    const paid = await pay()
    const member = await addStaff(database.db)
    await database.db.sql`
      insert into member (account_id, user_id, role) values (${paid.customer.accountId}, ${member.userId}, 'viewer')`
    const ctx = await makeContext(container(), member, newId('req'))
    const asked = { ...deposit(paid, 1000), reason: 'I asked myself.', idempotencyKey: newId('act') }
    await expect(refundDeposit(ctx, asked)).rejects.toMatchObject({ code: 'forbidden' })
    expect(await refundsAt(paid)).toEqual([])
    expect(await requestStates(paid)).toEqual([])
  })

  it('nor does who is staff no more', async () => {
    const paid = await pay()
    const former = await addStaff(database.db)
    await owner`update "user" set is_staff = false where id = ${former.userId}`
    const ctx = await makeContext(container(), former, newId('req'))
    const asked = { ...deposit(paid, 1000), reason: 'As before.', idempotencyKey: newId('act') }
    await expect(refundDeposit(ctx, asked)).rejects.toMatchObject({ code: 'forbidden' })
    expect(await requestStates(paid)).toEqual([])
  })
})

const LATER = 20

describe('a refund whose answer is lost', () => {
  it.each(['500', 'reset-before', 'reset-after'])(
    'by %s is made once, by the next who takes it up',
    async (kind) => {
      const paid = await pay()
      await stripe.plan({ requests: [{ method: 'POST', path: '/v1/refunds', kind, times: LATER }] })
      expect(await refund(paid, 1000)).toMatchObject({ state: 'pending' })
      await stripe.calm()
      await resolveNow()
      expect(await refundsAt(paid)).toEqual([1000])
      expect(await balance(paid)).toBe(15_000_000n)
      expect(await requestStates(paid)).toEqual(['succeeded'])
    },
  )

  it('because Stripe failed after it had made it is found at once', async () => {
    const paid = await pay()
    await stripe.plan({
      requests: [{ method: 'POST', path: '/v1/refunds', kind: '500-after', times: LATER }],
    })
    expect(await refund(paid, 1000)).toMatchObject({ state: 'succeeded' })
    expect(await refundsAt(paid)).toEqual([1000])
    expect(await balance(paid)).toBe(15_000_000n)
  })

  it('because the process was killed is made when its lease is over, or settled by the event', async () => {
    const paid = await pay()
    const begin = (id: string) => database.db.sql`
      select begin_refund(${paid.customer.accountId}, ${id}, ${paid.invoiceId}, 10000000, 'The customer asked.',
        ${staff.userId}, ${id}, ${Buffer.alloc(32)}, interval '0', ${new Date()})`
    await begin(newId('rfd'))
    await resolveNow()
    const made = newId('rfd')
    await begin(made)
    await stripe.client.refunds.create({
      payment_intent: paid.paymentId,
      amount: 1000,
      metadata: { refund_request: made },
    })
    await paid.hear()
    expect(await refundsAt(paid)).toEqual([1000, 1000])
    expect(await balance(paid)).toBe(5_000_000n)
    expect(await requestStates(paid)).toEqual(['succeeded', 'succeeded'])
  })

  it('for a day is looked up and given up, without being asked for again', async () => {
    const paid = await pay()
    await stripe.plan({
      requests: [{ method: 'POST', path: '/v1/refunds', kind: 'reset-before', times: LATER }],
    })
    expect(await refund(paid, 1000)).toMatchObject({ state: 'pending' })
    await stripe.calm()
    await stripe.advance(24 * 3600)
    await resolveNow()
    expect(await refundsAt(paid)).toEqual([])
    expect(await requestStates(paid)).toEqual(['failed'])
  })
})

describe('whoever is still at a refund that somebody else has ended', () => {
  it('asks for it no more', async () => {
    const paid = await pay()
    const requestId = newId('rfd')
    await database.db.sql`
      select begin_refund(${paid.customer.accountId}, ${requestId}, ${paid.invoiceId}, 10000000, 'The customer asked.',
        ${staff.userId}, ${requestId}, ${Buffer.alloc(32)}, interval '0', ${new Date()})`
    await database.db.sql`select fail_refund(${requestId}, 'charge_disputed', ${new Date()})`
    const late = {
      requestId,
      invoiceId: paid.invoiceId,
      amount: usdFromCents(1000),
      createdAt: await container().clock.read(),
    }
    expect(await makeRefund(await asStaff(), late)).toMatchObject({
      state: 'failed',
      failureCode: 'charge_disputed',
    })
    expect(await refundsAt(paid)).toEqual([])
  })
})

async function resolveNow(): Promise<void> {
  // As if its lease and its pause were over: both are real time.
  await owner`update refund_request set due_at = clock_timestamp() where state in ('charging', 'unknown')`
  await resolveRefunds(container())
}

async function requestStates({ customer }: PaidTopUp): Promise<string[]> {
  const rows = await database.db.sql<{ state: string }[]>`
    select state from refund_request where account_id = ${customer.accountId} order by created_at, id`
  return rows.map(({ state }) => state)
}

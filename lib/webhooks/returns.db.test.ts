import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { claimAutoTopUp } from '@/lib/core/auto-top-ups/claim-auto-top-up'
import { getAutoTopUp } from '@/lib/core/auto-top-ups/get-auto-top-up'
import { updateAutoTopUp } from '@/lib/core/auto-top-ups/update-auto-top-up'
import { settleInvoice } from '@/lib/core/top-ups/settle-top-up'
import { drainInbox } from '@/lib/jobs/drain-jobs'
import { invariant } from '@/lib/kit/assert'
import { usdFromCents } from '@/lib/kit/money'
import { makeContext } from '@/lib/server/container'
import { receive } from '@/lib/testing/inbox'
import { saveCard } from '@/lib/testing/purchases'
import { payAtStripe, type PaidTopUp } from '@/lib/testing/refunds/pay-at-stripe'
import { repetitions } from '@/lib/testing/repetitions'
import { useTestContainer } from '@/lib/testing/test-container'
import { readBooks } from '@/lib/testing/top-up'
import { useLocalStripe } from '@/lib/testing/use-local-stripe'
import { useTestDatabase } from '@/lib/testing/use-test-database'

const database = useTestDatabase()
const stripe = useLocalStripe()
const container = useTestContainer(database, () => stripe.env)

const FAILS_LATER = '4000000000005126'
const DISPUTED = '4000000000000259'
const INQUIRED = '4000000000001976'
const REFUND_PENDING = '4000000000007726'

const pay = (number?: string) => payAtStripe(container(), stripe, number === undefined ? {} : { number })

async function saveDefaultCard({ paymentId }: PaidTopUp): Promise<void> {
  const { customer } = await stripe.client.paymentIntents.retrieve(paymentId)
  invariant(typeof customer === 'string', 'a payment of ours has its customer')
  const card = await saveCard(stripe, customer, 'pm_card_visa')
  await stripe.client.customers.update(customer, { invoice_settings: { default_payment_method: card } })
}

const balance = async ({ customer }: PaidTopUp) => (await readBooks(container(), customer.accountId)).balance
const statesOf = async (paid: PaidTopUp) => {
  const ids = (await paid.events()).map((event) => event.id)
  const rows = await database.db.sql<{ state: string; reason: string | null }[]>`
    select distinct state, reason from stripe_event where id = any (${ids})`
  return [...rows].map(({ state, reason }) => reason ?? state)
}
const books = async ({ customer }: PaidTopUp) => {
  const rows = await database.db.sql<{ name: string; micros: bigint }[]>`
    select kind as name, sum(balance_micros)::bigint as micros from ledger.ledger_account
     where account_id = ${customer.accountId} group by kind having sum(balance_micros) <> 0`
  return Object.fromEntries(rows.map(({ name, micros }) => [name, micros]))
}

afterEach(async () => {
  await stripe.calm()
})

describe('a refund', () => {
  it('that anybody makes at Stripe takes the credit back, each part once', async () => {
    const paid = await pay()
    await stripe.client.refunds.create({ payment_intent: paid.paymentId, amount: 1000 })
    await paid.hear()
    await stripe.client.refunds.create({ payment_intent: paid.paymentId, amount: 500 })
    await paid.hear()
    await paid.hear()
    expect(await balance(paid)).toBe(10_000_000n)
    expect(await statesOf(paid)).toEqual(['done'])
  })

  it('that fails after all, or is cancelled, gives the credit back', async () => {
    for (const fate of ['fail', 'cancel'] as const) {
      const paid = await pay()
      const refund = await stripe.client.refunds.create({ payment_intent: paid.paymentId, amount: 1000 })
      await paid.hear()
      expect(await balance(paid)).toBe(15_000_000n)
      await stripe.decideRefund(refund.id, fate)
      await paid.hear()
      expect(await balance(paid)).toBe(25_000_000n)
    }
  })

  it('counts while it is on its way, on the cards that take their time and those that let it fail', async () => {
    for (const [number, end] of [
      [REFUND_PENDING, 15_000_000n],
      [FAILS_LATER, 25_000_000n],
    ] as const) {
      const paid = await pay(number)
      await stripe.client.refunds.create({ payment_intent: paid.paymentId, amount: 1000 })
      await paid.hear()
      const meanwhile = await balance(paid)
      await stripe.advance(3600)
      await paid.hear()
      expect([meanwhile, await balance(paid)].sort()).toEqual([15_000_000n, end].sort())
    }
  })
})

describe('a dispute', () => {
  it('freezes the payment at once, and won sets it free', async () => {
    const paid = await pay(DISPUTED)
    await paid.hear()
    expect(await books(paid)).toEqual({ held: 25_000_000n, stripe: -25_000_000n })
    const [dispute] = (await stripe.client.disputes.list({ payment_intent: paid.paymentId })).data
    await stripe.decideDispute(dispute?.id ?? '', 'win')
    await paid.hear()
    expect(await books(paid)).toEqual({ grant: 25_000_000n, stripe: -25_000_000n })
  })

  it('that is lost takes it back, and is heard of once however often', async () => {
    const paid = await pay()
    const dispute = await stripe.dispute(paid.paymentId)
    await paid.hear()
    await stripe.decideDispute(dispute, 'lose')
    await paid.hear()
    await paid.hear()
    expect(await books(paid)).toEqual({ disputes: 25_000_000n, stripe: -25_000_000n })
    const mails = await database.db.sql<{ key: string }[]>`
      select key from mail where account_id = ${paid.customer.accountId} and template = 'payment-dispute' order by id`
    expect(mails.map(({ key }) => key)).toEqual([`dispute.opened:${dispute}`, `dispute.lost:${dispute}`])
    const acts = await database.db.sql<{ action: string }[]>`
      select action from audit_event where account_id = ${paid.customer.accountId} and target = ${dispute} order by id`
    expect(acts.map(({ action }) => action)).toEqual(['dispute.opened', 'dispute.lost'])
  })

  it('that is an inquiry moves nothing, until it is escalated', async () => {
    const paid = await pay(INQUIRED)
    await paid.hear()
    expect(await balance(paid)).toBe(25_000_000n)
    const [dispute] = (await stripe.client.disputes.list({ payment_intent: paid.paymentId })).data
    await stripe.decideDispute(dispute?.id ?? '', 'escalate')
    await paid.hear()
    expect(await balance(paid)).toBe(0n)
  })

  it('and an early warning of fraud switch automatic top-up off, and say so', async () => {
    for (const [cause, reason] of [
      [(paid: PaidTopUp) => stripe.dispute(paid.paymentId), 'payment_disputed'],
      [(paid: PaidTopUp) => stripe.warnOfFraud(paid.paymentId), 'fraud_warning'],
    ] as const) {
      const paid = await pay()
      await paid.hear()
      await saveDefaultCard(paid)
      await updateAutoTopUp(await paid.customer.context(), {
        enabled: true,
        threshold: usdFromCents(1000),
        amount: usdFromCents(2500),
      })
      await cause(paid)
      await paid.hear()
      expect(await balance(paid)).toBe(0n)
      expect(await getAutoTopUp(await paid.customer.context())).toMatchObject({
        enabled: false,
        stoppedReason: reason,
      })
      // Switched on again meanwhile, it charges nothing all the same.
      await updateAutoTopUp(await paid.customer.context(), { enabled: true })
      expect(
        await claimAutoTopUp(await paid.customer.context(), {
          accountId: paid.customer.accountId,
          trigger: 'threshold',
          idempotencyKey: null,
        }),
      ).toEqual({ status: 'disputed' })
    }
  })
})

describe('events about a payment and what takes it back', () => {
  it('come to the same end in every order, however often, each worked on before the next', async () => {
    const scenes = fc.record({
      order: fc.array(fc.nat(30), { minLength: 12, maxLength: 12 }),
      losesDispute: fc.boolean(),
      refundFails: fc.boolean(),
    })
    await fc.assert(
      fc.asyncProperty(scenes, async ({ order, losesDispute, refundFails }) => {
        const paid = await pay()
        const refund = await stripe.client.refunds.create({ payment_intent: paid.paymentId, amount: 900 })
        if (refundFails) await stripe.decideRefund(refund.id, 'fail')
        const dispute = await stripe.dispute(paid.paymentId, { amountCents: 1200 })
        await stripe.decideDispute(dispute, losesDispute ? 'lose' : 'win')
        const events = await paid.events()
        for (const pick of order) {
          const index = pick % events.length
          await receive(container(), events.slice(index, index + 1))
          await drainInbox(container())
        }
        await paid.hear()
        const taken = (refundFails ? 0n : 9_000_000n) + (losesDispute ? 12_000_000n : 0n)
        expect(await balance(paid)).toBe(25_000_000n - taken)
      }),
      { numRuns: repetitions({ usual: 3, long: 200 }) },
    )
  })

  it('that say that a paid invoice is void undo its deposit, and are left to staff', async () => {
    const paid = await pay()
    await paid.hear()
    expect(await balance(paid)).toBe(25_000_000n)
    const invoice = await stripe.client.invoices.retrieve(paid.invoiceId)
    await stripe.load([{ ...invoice, status: 'void' }])
    const [event] = await paid.events()
    invariant(event !== undefined, 'the payment has its event')
    await receive(container(), [{ ...event, id: `${event.id}_void`, type: 'invoice.voided' } as typeof event])
    await drainInbox(container())
    expect(await balance(paid)).toBe(0n)
    const [row] = await database.db.sql<{ state: string; reason: string }[]>`
      select state, reason from stripe_event where id = ${`${event.id}_void`}`
    expect(row).toEqual({ state: 'quarantined', reason: 'closed_after_credit' })
  })

  it('that say of an invoice what was so before it was paid undo nothing', async () => {
    const paid = await pay()
    await paid.hear()
    const ctx = await makeContext(container(), { kind: 'system', name: 'test' }, 'req_test')
    const invoice = await ctx.payments.invoice(paid.invoiceId)
    invariant(invoice !== null, 'a paid session has its invoice')
    const read = { ...invoice, status: 'uncollectible' as const }
    expect(await settleInvoice(ctx, paid.invoiceId, read, [])).toEqual({ kind: 'closed' })
    expect(await balance(paid)).toBe(25_000_000n)
  })

  it('that are none of ours are left to staff, and move nothing', async () => {
    const stranger = await stripe.client.customers.create({ email: 'stranger@example.com' })
    const card = await stripe.client.paymentMethods.attach('pm_card_visa', { customer: stranger.id })
    const intent = await stripe.client.paymentIntents.create({
      amount: 700,
      currency: 'usd',
      customer: stranger.id,
      payment_method: card.id,
      off_session: true,
      confirm: true,
    })
    await stripe.client.refunds.create({ payment_intent: intent.id })
    const events = (await stripe.client.events.list({ limit: 20, types: ['refund.created'] })).data.slice(
      0,
      1,
    )
    await receive(container(), events)
    await drainInbox(container())
    const [row] = await database.db.sql<{ state: string; reason: string }[]>`
      select state, reason from stripe_event where id = ${events[0]?.id ?? ''}`
    expect(row).toEqual({ state: 'quarantined', reason: 'no_invoice' })
  })
})

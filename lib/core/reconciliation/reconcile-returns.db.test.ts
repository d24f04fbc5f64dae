import { beforeEach, describe, expect, it } from 'vitest'
import { invariant } from '@/lib/kit/assert'
import { makeContext } from '@/lib/server/container'
import { openPayer } from '@/lib/testing/purchases'
import { useTestContainer } from '@/lib/testing/test-container'
import { openCustomer, readBooks, startTopUp, type TopUp } from '@/lib/testing/top-up'
import { useLocalStripe } from '@/lib/testing/use-local-stripe'
import { useTestDatabase } from '@/lib/testing/use-test-database'
import { addStaff } from '@/lib/testing/staff'
import { acceptDifference } from './accept-difference'
import { reconcile } from './reconcile'

const database = useTestDatabase()
const stripe = useLocalStripe()
const container = useTestContainer(database, () => stripe.env)

const HOUR_MS = 3_600_000
let since: Date

beforeEach(() => beginHour())

/** Each test has an hour of its own, and within it looks back to here only. */
async function beginHour(): Promise<void> {
  await stripe.advance(7200)
  since = await container().clock.read()
}

type Paid = TopUp & Readonly<{ paymentId: string; invoiceId: string }>

/** A top-up of 25.00, paid at Stripe. */
async function pay(): Promise<Paid> {
  const topUp = await startTopUp(container(), await openCustomer(container()))
  expect(await stripe.pay(topUp.sessionId, { cents: 2500 })).toMatchObject({ kind: 'complete' })
  const session = await stripe.client.checkout.sessions.retrieve(topUp.sessionId)
  invariant(typeof session.payment_intent === 'string', 'a paid session has its payment')
  invariant(typeof session.invoice === 'string', 'and its invoice')
  return { ...topUp, paymentId: session.payment_intent, invoiceId: session.invoice }
}

async function compare() {
  const ctx = await makeContext(container(), { kind: 'system', name: 'test' }, 'req_test')
  return reconcile(ctx, { since, until: new Date(since.getTime() + HOUR_MS) })
}

const refund = async ({ paymentId }: Paid, amount: number) =>
  (await stripe.client.refunds.create({ payment_intent: paymentId, amount })).id

const balanceOf = async ({ customer }: TopUp) => (await readBooks(container(), customer.accountId)).balance

const differencesOf = (objectId: string) => database.db.sql`
  select object, kind, provider_micros, booked_micros, reason, resolution
    from reconciliation_difference where object_id = ${objectId} order by id`

/** Has the books told of a refund, whatever Stripe knows of it. */
async function tell(paid: Paid, id: string, cents: number): Promise<void> {
  const said = [
    {
      id,
      kind: 'refund',
      state: 'succeeded',
      effect: 'claws',
      amountMicros: `${String(cents)}0000`,
      createdAt: since,
    },
  ]
  await database.db.sql`
    select converge_payment(nextval('payment_reading'), ${paid.invoiceId}, ${paid.paymentId},
      ${JSON.stringify(said)}::text::jsonb, ${since}, '{}')`
}

describe('reconcile', () => {
  it('takes back what was refunded or is disputed, of which nobody had heard', async () => {
    const [refunded, disputed] = [await pay(), await pay()]
    const refundId = await refund(refunded, 1000)
    const disputeId = await stripe.dispute(disputed.paymentId)
    expect(await compare()).toMatchObject({ compared: 4, found: 4, repaired: 4 })
    expect(await balanceOf(refunded)).toBe(15_000_000n)
    expect(await balanceOf(disputed)).toBe(0n)
    expect(await differencesOf(refundId)).toMatchObject([
      { object: 'refund', kind: 'missing_in_books', provider_micros: 10_000_000n, resolution: 'repaired' },
    ])
    expect(await differencesOf(disputeId)).toMatchObject([{ object: 'dispute', resolution: 'repaired' }])
    expect(await compare()).toMatchObject({ compared: 4, found: 0, repaired: 0 })
  })

  it('gives back what came back later, however long after it was begun', async () => {
    const [lost, won] = [await pay(), await pay()]
    const disputes = [await stripe.dispute(lost.paymentId), await stripe.dispute(won.paymentId)]
    await compare()
    await beginHour()
    await stripe.decideDispute(disputes[0] ?? '', 'lose')
    await stripe.decideDispute(disputes[1] ?? '', 'win')
    expect(await compare()).toMatchObject({ found: 2, repaired: 2 })
    expect(await balanceOf(lost)).toBe(0n)
    expect(await balanceOf(won)).toBe(25_000_000n)
    expect(await differencesOf(disputes[0] ?? '')).toMatchObject([
      {},
      { kind: 'state_differs', resolution: 'repaired' },
    ])
  })

  it('follows Stripe where the books took another amount', async () => {
    const paid = await pay()
    await compare()
    const refundId = await refund(paid, 1000)
    await tell(paid, refundId, 999)
    expect(await balanceOf(paid)).toBe(15_010_000n)
    expect(await compare()).toMatchObject({ found: 1, repaired: 1 })
    expect(await balanceOf(paid)).toBe(15_000_000n)
    expect(await differencesOf(refundId)).toMatchObject([
      {
        kind: 'amount_differs',
        provider_micros: 10_000_000n,
        booked_micros: 9_990_000n,
        resolution: 'repaired',
      },
    ])
  })

  it('finds what the books took back and Stripe has not, and leaves it to staff', async () => {
    const paid = await pay()
    await compare()
    await tell(paid, 're_nobodyhas', 500)
    expect(await compare()).toMatchObject({ found: 1, repaired: 0 })
    expect(await differencesOf('re_nobodyhas')).toMatchObject([
      { kind: 'missing_at_provider', provider_micros: null, booked_micros: 5_000_000n, resolution: null },
    ])
    await beginHour()
    expect(await compare()).toMatchObject({ found: 1 })
    await database.db
      .sql`select note_difference('refund', 're_nobodyhas', null, null, null, null, null, false, now())`
  })

  it('lists refunds of what is none of ours, and reads them one by one no second time', async () => {
    const payer = await openPayer(container(), stripe)
    const { id } = await stripe.client.paymentIntents.create({
      amount: 900,
      currency: 'usd',
      customer: payer.customerId,
      payment_method: payer.cardId,
      confirm: true,
      off_session: true,
    })
    const { id: refundId } = await stripe.client.refunds.create({ payment_intent: id, amount: 100 })
    expect(await compare()).toMatchObject({ found: 0, repaired: 0 })
    expect(await differencesOf(refundId)).toMatchObject([
      { object: 'refund', kind: 'not_ours', provider_micros: 1_000_000n, reason: 'no_invoice' },
    ])
    await stripe.forgetRequests()
    await compare()
    expect((await stripe.requests()).filter(({ path }) => path.startsWith('/v1/invoice_payments'))).toEqual(
      [],
    )
    expect(await balanceOf({ customer: payer, orderId: '', sessionId: '' })).toBe(0n)
  })

  it('tells no more of the refund of an invoice that is none of ours once staff accepted it', async () => {
    const payer = await openPayer(container(), stripe)
    const { id: invoice } = await stripe.client.invoices.create({
      customer: payer.customerId,
      default_payment_method: payer.cardId,
    })
    await stripe.client.invoiceItems.create({
      customer: payer.customerId,
      invoice,
      amount: 900,
      currency: 'usd',
    })
    await stripe.client.invoices.pay(invoice)
    const [paid] = (await stripe.client.invoicePayments.list({ invoice })).data
    const paymentId = paid?.payment.payment_intent
    invariant(typeof paymentId === 'string', 'a paid invoice has its payment')
    const { id: refundId } = await stripe.client.refunds.create({ payment_intent: paymentId, amount: 100 })
    await compare()
    const [open] = await database.db.sql<{ id: bigint }[]>`
      select id from reconciliation_difference where object_id = ${refundId}`
    const ctx = await makeContext(container(), await addStaff(database.db), 'req_test')
    await acceptDifference(ctx, { id: open?.id ?? 0n, note: 'Consulting, invoiced by hand.' })
    await compare()
    expect(await differencesOf(refundId)).toMatchObject([{ kind: 'not_ours', resolution: 'accepted' }])
  })
})

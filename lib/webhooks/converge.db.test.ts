import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { settleCheckout } from '@/lib/core/top-ups/settle-checkout'
import { drainInbox } from '@/lib/jobs/drain-jobs'
import { drainPatiently, eventsOf, readInbox, receive } from '@/lib/testing/inbox'
import { repetitions } from '@/lib/testing/repetitions'
import { useTestContainer } from '@/lib/testing/test-container'
import { openCustomer, readBooks, startTopUp, type TopUp } from '@/lib/testing/top-up'
import { useLocalStripe } from '@/lib/testing/use-local-stripe'
import { useTestDatabase } from '@/lib/testing/use-test-database'

const database = useTestDatabase()
const stripe = useLocalStripe()
const container = useTestContainer(database, () => stripe.env)

beforeEach(async () => {
  await database.db.sql`delete from stripe_event`
})
afterEach(async () => {
  await stripe.calm()
})

async function payTopUp(cents = 2500, save = true): Promise<TopUp> {
  const topUp = await startTopUp(container(), await openCustomer(container()))
  expect(await stripe.pay(topUp.sessionId, { cents, save })).toMatchObject({ kind: 'complete' })
  return topUp
}

const PAID_2500 = { deposits: [25_000_000n], balance: 25_000_000n }
const NOTHING = { deposits: [], balance: 0n }
const books = (topUp: TopUp) => readBooks(container(), topUp.customer.accountId)
const orderState = async (topUp: TopUp) =>
  (await database.db.sql<{ state: string }[]>`select state from credit_order where id = ${topUp.orderId}`)[0]
    ?.state

function permutations<T>(items: readonly T[]): readonly (readonly T[])[] {
  if (items.length < 2) return [items]
  return items.flatMap((item, index) =>
    permutations(items.toSpliced(index, 1)).map((rest) => [item, ...rest]),
  )
}

describe('events of one payment', () => {
  it('come to the same end in every order, each worked on before the next arrives', async () => {
    const orders = permutations([0, 1, 2, 3])
    for (const order of orders) {
      const topUp = await payTopUp()
      const events = await eventsOf(stripe.client, topUp.sessionId)
      expect(events.map((event) => event.type).sort()).toEqual([
        'checkout.session.completed',
        'invoice.paid',
        'payment_intent.succeeded',
        'payment_method.attached',
      ])
      for (const index of order) {
        await receive(container(), events.slice(index, index + 1))
        await drainInbox(container())
      }
      expect(await books(topUp)).toEqual(PAID_2500)
      expect(await orderState(topUp)).toBe('paid')
    }
    expect(new Set((await readInbox(container())).map((row) => row.state))).toEqual(new Set(['done']))
  })

  it('come to the same end however they are repeated, delayed and worked on side by side', async () => {
    const step = fc.record({ event: fc.nat(3), drain: fc.boolean() })
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
        const topUp = await payTopUp()
        const events = await eventsOf(stripe.client, topUp.sessionId)
        const work: Promise<unknown>[] = []
        for (const { event, drain } of steps) {
          work.push(receive(container(), events.slice(event, event + 1)))
          if (drain) work.push(drainInbox(container()))
        }
        await Promise.all(work)
        await receive(container(), events)
        await drainInbox(container())
        expect(await books(topUp)).toEqual(PAID_2500)
      }),
      { numRuns: repetitions({ usual: 15, long: 500 }), seed: 7 },
    )
  })

  it('are about a state that is read, not about the second they carry', async () => {
    const topUp = await payTopUp()
    const events = await eventsOf(stripe.client, topUp.sessionId)
    const created = events[0]?.created ?? 0
    await receive(container(), events.map((event) => ({ ...event, created })).toReversed())
    await drainInbox(container())
    expect(await books(topUp)).toEqual(PAID_2500)
  })

  it('change nothing when they are replayed after they were worked on, or after the inbox was lost', async () => {
    const topUp = await payTopUp()
    const events = await eventsOf(stripe.client, topUp.sessionId)
    await receive(container(), events)
    await drainInbox(container())
    expect(await receive(container(), events)).toBe(0)
    await database.db.sql`delete from stripe_event`
    expect(await receive(container(), events)).toBe(events.length)
    await drainInbox(container())
    expect(await books(topUp)).toEqual(PAID_2500)
  })

  it('cost one read of the invoice when they are worked on together', async () => {
    const topUp = await payTopUp()
    const events = await eventsOf(stripe.client, topUp.sessionId)
    await receive(
      container(),
      events.filter((event) => event.type !== 'payment_intent.succeeded'),
    )
    await stripe.forgetRequests()
    await drainInbox(container())
    const reads = (await stripe.requests()).filter((request) => request.path.startsWith('/v1/invoices/'))
    expect(reads).toHaveLength(1)
  })

  it('race the return page to one deposit', async () => {
    for (let round = 0; round < repetitions({ usual: 10, long: 200 }); round++) {
      const topUp = await payTopUp()
      await receive(container(), await eventsOf(stripe.client, topUp.sessionId))
      const ctx = await topUp.customer.context()
      const [result] = await Promise.all([
        settleCheckout(ctx, topUp.sessionId),
        drainInbox(container()),
        settleCheckout(ctx, topUp.sessionId),
      ])
      expect(result).toEqual({ state: 'credited', paid: { currency: 'USD', micros: 25_000_000n } })
      expect(await books(topUp)).toEqual(PAID_2500)
    }
  })
})

describe('money that is not what it seems', () => {
  async function customerOf(topUp: TopUp): Promise<string> {
    const { customer } = await stripe.client.checkout.sessions.retrieve(topUp.sessionId)
    if (typeof customer !== 'string') throw new Error('a session of ours has a customer')
    return customer
  }

  /** An invoice of the customer's, open, with an order id in its metadata. */
  async function openInvoice(topUp: TopUp, orderId: string): Promise<string> {
    const customer = await customerOf(topUp)
    const invoice = await stripe.client.invoices.create({
      customer,
      currency: 'usd',
      auto_advance: false,
      metadata: { order_id: orderId },
    })
    await stripe.client.invoiceItems.create({
      customer,
      invoice: invoice.id,
      amount: 9900,
      currency: 'usd',
    })
    await stripe.client.invoices.finalizeInvoice(invoice.id, { auto_advance: false })
    return invoice.id
  }

  async function payWithSavedCard(topUp: TopUp, invoiceId: string): Promise<void> {
    const { data } = await stripe.client.paymentMethods.list({ customer: await customerOf(topUp) })
    await stripe.client.invoices.pay(invoiceId, { payment_method: data[0]?.id ?? '' })
  }

  async function receiveAbout(invoiceId: string, type = 'invoice.paid'): Promise<string> {
    const [event] = (await stripe.client.events.list({ limit: 1 })).data
    if (event === undefined) throw new Error('Stripe has events')
    const id = `evt_${invoiceId.slice(3)}`
    const forged = { ...event, id, type, data: { object: { id: invoiceId } } }
    await receive(container(), [JSON.parse(JSON.stringify(forged))])
    return id
  }

  const stateOf = async (id: string) => (await readInbox(container())).find((row) => row.id === id)

  it('books nothing on the word of an event while the invoice is unpaid, and books once it is', async () => {
    const topUp = await payTopUp()
    const other = await startTopUp(container(), topUp.customer)
    const invoiceId = await openInvoice(topUp, other.orderId)
    const id = await receiveAbout(invoiceId)
    await drainInbox(container())
    expect(await stateOf(id)).toMatchObject({ state: 'failed' })
    expect(await books(topUp)).toEqual(NOTHING)
    await payWithSavedCard(topUp, invoiceId)
    await drainPatiently(container())
    expect(await stateOf(id)).toMatchObject({ state: 'done' })
    expect(await books(topUp)).toEqual({ deposits: [99_000_000n], balance: 99_000_000n })
  })

  it("books nothing for an invoice whose metadata names another account's order", async () => {
    const victim = await startTopUp(container(), await openCustomer(container()))
    const thief = await payTopUp()
    const invoiceId = await openInvoice(thief, victim.orderId)
    await payWithSavedCard(thief, invoiceId)
    const id = await receiveAbout(invoiceId)
    await drainInbox(container())
    expect(await stateOf(id)).toMatchObject({ state: 'quarantined', reason: 'customer_differs' })
    expect(await books(victim)).toEqual(NOTHING)
    expect(await books(thief)).toEqual(NOTHING)
  })

  it('books nothing for an invoice that was settled outside Stripe', async () => {
    const topUp = await startTopUp(container(), await openCustomer(container()))
    const invoiceId = await openInvoice(topUp, topUp.orderId)
    await stripe.client.invoices.pay(invoiceId, { paid_out_of_band: true })
    const id = await receiveAbout(invoiceId)
    await drainInbox(container())
    expect(await stateOf(id)).toMatchObject({ state: 'quarantined', reason: 'not_paid_by_a_charge' })
    expect(await books(topUp)).toEqual(NOTHING)
  })

  it('books nothing for a void invoice, and nothing for one that Stripe does not know', async () => {
    const topUp = await startTopUp(container(), await openCustomer(container()))
    const invoiceId = await openInvoice(topUp, topUp.orderId)
    await stripe.client.invoices.voidInvoice(invoiceId)
    const closed = await receiveAbout(invoiceId)
    const unknown = await receiveAbout('in_doesnotexist')
    await drainInbox(container())
    expect(await stateOf(closed)).toMatchObject({ state: 'done' })
    expect(await stateOf(unknown)).toMatchObject({ state: 'quarantined', reason: 'invoice_unknown' })
    expect(await books(topUp)).toEqual(NOTHING)
  })

  it('gives a poisonous event up after ten attempts, while the others flow', async () => {
    const poisoned = await startTopUp(container(), await openCustomer(container()))
    const id = await receiveAbout(await openInvoice(poisoned, poisoned.orderId))
    const good: TopUp[] = []
    for (let count = 0; count < repetitions({ usual: 5, long: 500 }); count++) {
      const topUp = await payTopUp()
      await receive(container(), await eventsOf(stripe.client, topUp.sessionId))
      await drainInbox(container())
      good.push(topUp)
    }
    await drainPatiently(container())
    expect(await stateOf(id)).toMatchObject({ state: 'dead' })
    expect(await books(poisoned)).toEqual(NOTHING)
    for (const topUp of good) expect(await books(topUp)).toEqual(PAID_2500)
  })

  it('leaves a refund that names no payment to staff, and ignores what it never heard of', async () => {
    const refund = await receiveAbout('in_refund', 'refund.created')
    const unheard = await receiveAbout('in_unheard', 'talktime.unheard_of')
    await drainInbox(container())
    expect(await stateOf(refund)).toMatchObject({ state: 'quarantined', reason: 'payment_unknown' })
    expect(await stateOf(unheard)).toMatchObject({ state: 'ignored' })
  })
})

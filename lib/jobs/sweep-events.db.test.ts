import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ProviderEventPage } from '@/lib/core/ports/payment-provider'
import type { Container } from '@/lib/server/container'
import { API_VERSION } from '@/lib/stripe/open-client'
import { eventsOf, drainPatiently, readInbox, receive } from '@/lib/testing/inbox'
import { repetitions } from '@/lib/testing/repetitions'
import { useTestContainer } from '@/lib/testing/test-container'
import { openCustomer, readBooks, startTopUp, type TopUp } from '@/lib/testing/top-up'
import { useLocalStripe } from '@/lib/testing/use-local-stripe'
import { useTestDatabase } from '@/lib/testing/use-test-database'
import { drainInbox, drainJobs } from './drain-jobs'
import { recheckOrders } from './recheck-orders'
import { sweepEvents } from './sweep-events'

const database = useTestDatabase()
const stripe = useLocalStripe()
const container = useTestContainer(database, () => stripe.env)

beforeEach(async () => {
  await sweepEvents(container())
  await drainInbox(container())
})
afterEach(async () => {
  await stripe.calm()
})

async function payTopUp(): Promise<TopUp> {
  const topUp = await startTopUp(container(), await openCustomer(container()))
  expect(await stripe.pay(topUp.sessionId, { cents: 1000, save: true })).toMatchObject({ kind: 'complete' })
  return topUp
}

const books = (topUp: TopUp) => readBooks(container(), topUp.customer.accountId)
const PAID = { deposits: [10_000_000n], balance: 10_000_000n }
const NOTHING = { deposits: [], balance: 0n }
const orderState = async ({ orderId }: TopUp) =>
  (await database.db.sql<{ state: string }[]>`select state from credit_order where id = ${orderId}`)[0]?.state
const cursor = async () =>
  (await database.db.sql<{ swept_to: Date }[]>`select swept_to from stripe_sweep`)[0]?.swept_to

/** The container with an event list of the test's own. */
function listing(events: Container['payments']['events']): Container {
  return { ...container(), payments: { ...container().payments, events } }
}

const NO_PAGE: ProviderEventPage = { events: [], unreadable: 0, lastId: null, hasMore: false }

describe('sweepEvents', () => {
  it('credits in one round what was never delivered, and finds nothing in the next', async () => {
    const topUps: TopUp[] = []
    for (let count = 0; count < repetitions({ usual: 10, long: 200 }); count++) {
      const topUp = await payTopUp()
      // Of some payments one event came through, of others none.
      if (count % 3 === 0)
        await receive(container(), (await eventsOf(stripe.client, topUp.sessionId)).slice(0, 1))
      topUps.push(topUp)
    }
    expect((await sweepEvents(container())).found).toBeGreaterThan(0)
    await drainInbox(container())
    for (const topUp of topUps) expect(await books(topUp)).toEqual(PAID)
    expect((await sweepEvents(container())).found).toBe(0)
  })

  it('makes up for four days in which nothing was delivered and nothing ran', async () => {
    const first = await payTopUp()
    await stripe.advance(4 * 86_400)
    const last = await payTopUp()
    await sweepEvents(container())
    await drainInbox(container())
    expect(await books(first)).toEqual(PAID)
    expect(await books(last)).toEqual(PAID)
  })

  it('reads all pages, also where hundreds of events share one second', async () => {
    const lost = await payTopUp()
    for (let count = 0; count < 120; count++) {
      await stripe.client.customers.create({ email: `filler${String(count)}@example.com` })
    }
    const { data } = await stripe.client.events.list({ limit: 100 })
    expect(new Set(data.map((event) => event.created)).size).toBeLessThan(100)
    expect((await sweepEvents(container())).listed).toBeGreaterThan(120)
    await drainInbox(container())
    expect(await books(lost)).toEqual(PAID)
  })

  it('finds an event of the very second up to which an earlier sweep had read', async () => {
    const before = await cursor()
    const late = await payTopUp()
    const [newest] = (await stripe.client.events.list({ limit: 1 })).data
    await database.db.sql`update stripe_sweep set swept_to = ${new Date((newest?.created ?? 0) * 1000)}`
    expect(before).toBeDefined()
    await sweepEvents(container())
    await drainInbox(container())
    expect(await books(late)).toEqual(PAID)
  })

  it('credits what is listed in another version, whenever the delivery comes', async () => {
    const topUp = await payTopUp()
    const inOldVersion = listing(async (input) => {
      const page = await container().payments.events(input)
      const events = page.events.map((event) => ({
        ...event,
        payload: event.payload.replace(API_VERSION, '2020-08-27'),
      }))
      return { ...page, events }
    })
    expect((await sweepEvents(inOldVersion)).found).toBeGreaterThan(0)
    await receive(container(), await eventsOf(stripe.client, topUp.sessionId))
    await drainInbox(container())
    expect(await books(topUp)).toEqual(PAID)
  })

  it('reads on behind a page of which nothing can be read, and never passes one that it did not get', async () => {
    const asked: (string | null)[] = []
    const odd: ProviderEventPage = { ...NO_PAGE, unreadable: 1, lastId: 'evt_odd', hasMore: true }
    const pages = listing(({ after }) => {
      asked.push(after)
      return Promise.resolve(after === null ? odd : NO_PAGE)
    })
    await sweepEvents(pages)
    expect(asked).toEqual([null, 'evt_odd'])
    const broken = listing(() => Promise.resolve({ ...NO_PAGE, hasMore: true }))
    await expect(sweepEvents(broken)).rejects.toThrow('empty page')
  })

  it('keeps its place when it is cut off, and begins there again', async () => {
    const lost = await payTopUp()
    for (let count = 0; count < 110; count++) await stripe.client.customers.create({})
    const before = await cursor()
    await stripe.plan({ requests: [{ method: 'GET', path: '/v1/events', kind: 'truncate', times: 3 }] })
    await expect(sweepEvents(container())).rejects.toMatchObject({ code: 'payment_provider_unavailable' })
    expect(await cursor()).toEqual(before)
    await stripe.calm()
    await sweepEvents(container())
    await drainInbox(container())
    expect(await books(lost)).toEqual(PAID)
  })

  it('revives nothing that was given up', async () => {
    const topUp = await payTopUp()
    await sweepEvents(container())
    await database.db.sql`update stripe_event set state = 'dead' where state = 'received'`
    await sweepEvents(container())
    expect((await readInbox(container())).some((row) => row.state === 'received')).toBe(false)
    expect(await books(topUp)).toEqual(NOTHING)
  })
})

describe('recheckOrders', () => {
  it('credits an order whose events are all lost, from Stripe itself', async () => {
    const topUp = await payTopUp()
    expect(await recheckOrders(container())).toEqual({ rechecked: 0 })
    await stripe.advance(16 * 60)
    await recheckOrders(container())
    expect(await books(topUp)).toEqual(PAID)
    expect(await orderState(topUp)).toBe('paid')
  })

  it('puts off an order that cannot be asked about, and goes on with those behind it', async () => {
    const broken = await payTopUp()
    const topUp = await payTopUp()
    await stripe.advance(16 * 60)
    const { payments } = container()
    const checkout = (id: string) =>
      id === broken.sessionId ? Promise.reject(new Error('odd')) : payments.checkout(id)
    const partly = { ...container(), payments: { ...payments, checkout } }
    await expect(recheckOrders(partly)).rejects.toThrow('1 orders could not be worked on, 1 were.')
    expect(await books(topUp)).toEqual(PAID)
    expect(await recheckOrders(container())).toEqual({ rechecked: 0 })
    await stripe.advance(16 * 60)
    await recheckOrders(container())
    expect(await books(broken)).toEqual(PAID)
  })

  it('asks ever less often while nobody pays, and closes the order when its session is over', async () => {
    const topUp = await startTopUp(container(), await openCustomer(container()))
    const due = async () => (await recheckOrders(container())).rechecked
    await stripe.advance(16 * 60)
    expect(await due()).toBe(1)
    expect(await due()).toBe(0)
    await stripe.advance(14 * 60)
    expect(await due()).toBe(0)
    await stripe.advance(3 * 60)
    expect(await due()).toBe(1)
    expect(await orderState(topUp)).toBe('open')
    await stripe.advance(25 * 3600)
    expect(await due()).toBe(1)
    expect(await orderState(topUp)).toBe('expired')
  })

  it('closes an order that never learnt of its session, once no session could be alive', async () => {
    const topUp = await startTopUp(container(), await openCustomer(container()))
    await database.db.sql`
      update credit_order set state = 'created', stripe_session_id = null where id = ${topUp.orderId}`
    await stripe.advance(20 * 60)
    await recheckOrders(container())
    expect(await orderState(topUp)).toBe('created')
    await stripe.advance(26 * 3600)
    await recheckOrders(container())
    expect(await orderState(topUp)).toBe('expired')
  })
})

describe('an abandoned Checkout', () => {
  it('closes its order by the event of its expiry', async () => {
    const topUp = await startTopUp(container(), await openCustomer(container()))
    await stripe.advance(24 * 3600 + 60)
    await drainJobs(container())
    await drainPatiently(container())
    expect(await orderState(topUp)).toBe('expired')
    expect((await readInbox(container())).some((row) => row.type === 'checkout.session.expired')).toBe(true)
  })
})

describe('the first saved card', () => {
  const defaultOf = async (topUp: TopUp) => {
    const ctx = await topUp.customer.context()
    const session = await ctx.payments.checkout(topUp.sessionId)
    const methods = await ctx.payments.paymentMethods(session?.customerId ?? '')
    return methods.find((method) => method.isDefault)?.card?.last4
  }

  it('becomes the default, and a later one does not take its place', async () => {
    const topUp = await payTopUp()
    expect(await defaultOf(topUp)).toBeUndefined()
    await drainJobs(container())
    expect(await defaultOf(topUp)).toBe('4242')
    const again = await startTopUp(container(), topUp.customer)
    await stripe.pay(again.sessionId, { cents: 1000, number: '5555555555554444', save: true })
    await drainJobs(container())
    expect(await defaultOf(again)).toBe('4242')
  })
})

import { beforeEach, afterEach, describe, expect, it } from 'vitest'
import { drainInbox } from '@/lib/jobs/drain-jobs'
import { reconcileBooks } from '@/lib/jobs/reconcile-books'
import { BillingError } from '@/lib/kit/errors'
import { makeContext, type Container } from '@/lib/server/container'
import { eventsOf, readInbox, receive } from '@/lib/testing/inbox'
import { openPayer } from '@/lib/testing/purchases'
import { openSubscriptionCheckout } from '@/lib/testing/subscriptions'
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

beforeEach(async () => {
  // Each test has an hour of its own.
  await stripe.advance(7200)
  since = await container().clock.read()
})
afterEach(async () => {
  await stripe.calm()
})

async function payTopUp(cents = 1000): Promise<TopUp> {
  const topUp = await startTopUp(container(), await openCustomer(container()))
  expect(await stripe.pay(topUp.sessionId, { cents })).toMatchObject({ kind: 'complete' })
  return topUp
}

async function invoiceOf({ sessionId }: TopUp): Promise<string> {
  const { invoice } = await stripe.client.checkout.sessions.retrieve(sessionId)
  return typeof invoice === 'string' ? invoice : ''
}

async function compare(adapters: Container = container(), hours = 1) {
  const ctx = await makeContext(adapters, { kind: 'system', name: 'test' }, 'req_test')
  return reconcile(ctx, { since, until: new Date(since.getTime() + hours * HOUR_MS) })
}

const differencesOf = (invoiceId: string) => database.db.sql`
  select kind, account_id, provider_micros, booked_micros, reason, resolution
    from reconciliation_difference where object = 'invoice' and object_id = ${invoiceId} order by id`

/** A deposit of 7.00 in the books, whatever the provider says. */
async function post(accountId: bigint, reference: string): Promise<void> {
  const moment = new Date(since.getTime() + 60_000)
  await database.db.sql`
    select ledger.grant_credit(${accountId}, 'deposit_card', ${reference}, 'purchased', 0, ${7_000_000n}, ${0n}, null,
      ${moment}, ${moment})`
}

/** An invoice over 9.00 that somebody made at Stripe. */
async function draftByHand(customer: string): Promise<string> {
  const { id } = await stripe.client.invoices.create({ customer })
  await stripe.client.invoiceItems.create({ customer, invoice: id, amount: 900, currency: 'usd' })
  await stripe.client.paymentMethods
    .attach('pm_card_visa', { customer })
    .then((method) =>
      stripe.client.customers.update(customer, { invoice_settings: { default_payment_method: method.id } }),
    )
  return id ?? ''
}

async function payByHand(customer: string): Promise<string> {
  const id = await draftByHand(customer)
  await stripe.client.invoices.pay(id)
  return id
}

const lastRun = async () =>
  (
    await database.db.sql`
      select state, compared, found, repaired, unheard, error from reconciliation order by requested_at desc limit 1`
  )[0]

const books = (topUp: TopUp) => readBooks(container(), topUp.customer.accountId)

describe('reconcile', () => {
  it('books what is paid at Stripe and of which no event ever told, once', async () => {
    const lost = [await payTopUp(), await payTopUp(2500)]
    expect(await compare()).toEqual({ compared: 2, found: 2, repaired: 2, unheard: 2 })
    expect(await Promise.all(lost.map(books))).toEqual([
      { deposits: [10_000_000n], balance: 10_000_000n },
      { deposits: [25_000_000n], balance: 25_000_000n },
    ])
    expect(await compare()).toEqual({ compared: 2, found: 0, repaired: 0, unheard: 2 })
    for (const topUp of lost) {
      expect(await differencesOf(await invoiceOf(topUp))).toMatchObject([
        { kind: 'missing_in_books', booked_micros: null, resolution: 'repaired' },
      ])
    }
  })

  it('misses no event of what was paid longer ago than Stripe lists events', async () => {
    await payTopUp()
    expect(await compare(container(), 28 * 24)).toMatchObject({ repaired: 1, unheard: 1 })
    expect(await compare(container(), 30 * 24)).toMatchObject({ repaired: 0, unheard: 0 })
  })

  it('finds nothing where the events have done their work, and says so', async () => {
    const topUp = await payTopUp()
    await receive(container(), await eventsOf(stripe.client, topUp.sessionId))
    await drainInbox(container())
    expect(await compare()).toEqual({ compared: 1, found: 0, repaired: 0, unheard: 0 })
    expect(await lastRun()).toMatchObject({ state: 'done', compared: 1, error: null })
    expect(await differencesOf(await invoiceOf(topUp))).toEqual([])
  })

  it('ends the events that still waited for what it books', async () => {
    const topUp = await payTopUp()
    const invoiceId = await invoiceOf(topUp)
    const paid = (await eventsOf(stripe.client, topUp.sessionId)).filter(
      ({ type }) => type === 'invoice.paid',
    )
    await receive(container(), paid)
    await compare()
    const events = await readInbox(container())
    expect(events.filter(({ id }) => paid.some((event) => event.id === id))).toMatchObject([
      { state: 'done' },
    ])
    expect(await differencesOf(invoiceId)).toMatchObject([{ resolution: 'repaired' }])
  })

  it('books a payment of a subscription beside the wallet', async () => {
    const customer = await openPayer(container(), stripe)
    const sessionId = await openSubscriptionCheckout(customer, 'monthly')
    await stripe.pay(sessionId, { cents: null })
    expect(await compare()).toMatchObject({ found: 1, repaired: 1 })
    const posted = await database.db.sql`
      select code from ledger.posting where account_id = ${customer.accountId} and code = 'subscription'`
    expect(posted).toHaveLength(1)
  })

  it('finds in the books what Stripe has not, each time anew until staff settle it', async () => {
    const { accountId } = await openCustomer(container())
    await post(accountId, 'in_nobody_has')
    expect(await compare()).toMatchObject({ compared: 1, found: 1, repaired: 0 })
    expect(await compare()).toMatchObject({ found: 1 })
    expect(await differencesOf('in_nobody_has')).toEqual([
      {
        kind: 'missing_at_provider',
        account_id: accountId,
        provider_micros: null,
        booked_micros: 7_000_000n,
        reason: null,
        resolution: null,
      },
    ])
    // So that the next test starts from nothing.
    await database.db
      .sql`select note_difference('invoice', 'in_nobody_has', null, null, null, null, null, false, now())`
  })

  it('finds amounts that differ by a cent, and leaves both as they are', async () => {
    const topUp = await payTopUp(701)
    const invoiceId = await invoiceOf(topUp)
    await post(topUp.customer.accountId, invoiceId)
    expect(await compare()).toMatchObject({ found: 1, repaired: 0 })
    expect(await differencesOf(invoiceId)).toMatchObject([
      { kind: 'amount_differs', provider_micros: 7_010_000n, booked_micros: 7_000_000n, resolution: null },
    ])
    expect((await books(topUp)).deposits).toEqual([7_000_000n])
    await database.db
      .sql`select note_difference('invoice', ${invoiceId}, null, null, null, null, null, false, now())`
  })

  it('lists money that nobody here asked for, and books none of it', async () => {
    const stranger = await stripe.client.customers.create({ email: 'stranger@example.com' })
    const foreign = await payByHand(stranger.id)
    const payer = await openPayer(container(), stripe)
    const unordered = await payByHand(payer.customerId)
    expect(await compare()).toMatchObject({ compared: 2, found: 0, repaired: 0 })
    expect(await differencesOf(foreign)).toMatchObject([
      { kind: 'not_ours', account_id: null, provider_micros: 9_000_000n },
    ])
    expect(await differencesOf(unordered)).toMatchObject([
      { kind: 'not_ours', account_id: payer.accountId, reason: 'order_unknown' },
    ])
    expect(await readBooks(container(), payer.accountId)).toEqual({ deposits: [], balance: 0n })
  })

  it('tells no more of such money once staff accepted it', async () => {
    const payer = await openPayer(container(), stripe)
    const unordered = await payByHand(payer.customerId)
    await compare()
    const [open] = await database.db.sql<{ id: bigint }[]>`
      select id from reconciliation_difference where object_id = ${unordered}`
    const ctx = await makeContext(container(), await addStaff(database.db), 'req_test')
    await acceptDifference(ctx, { id: open?.id ?? 0n, note: 'Consulting, invoiced by hand.' })
    await compare()
    expect(await differencesOf(unordered)).toMatchObject([{ kind: 'not_ours', resolution: 'accepted' }])
  })

  it('hears in the inbox of what was paid long after it was made', async () => {
    const payer = await openPayer(container(), stripe)
    const invoice = await draftByHand(payer.customerId)
    await stripe.advance(30 * 3600)
    since = await container().clock.read()
    await stripe.client.invoices.pay(invoice)
    const { data } = await stripe.client.events.list({ type: 'invoice.paid', limit: 1 })
    await receive(container(), data)
    expect(await compare()).toMatchObject({ compared: 1 })
    expect(await differencesOf(invoice)).toMatchObject([{ kind: 'not_ours', reason: 'order_unknown' }])
  })

  it('says that it failed where Stripe is away, and does it all the next time', async () => {
    const lost = await payTopUp()
    const { payments } = container()
    const away: Container = {
      ...container(),
      payments: {
        ...payments,
        invoice: () => Promise.reject(new BillingError('payment_provider_unavailable', 'Stripe is away.')),
      },
    }
    await expect(compare(away)).rejects.toMatchObject({ code: 'payment_provider_unavailable' })
    expect(await lastRun()).toMatchObject({ state: 'failed', error: 'Stripe is away.' })
    expect((await books(lost)).deposits).toEqual([])
    expect(await compare()).toMatchObject({ repaired: 1 })
    expect((await books(lost)).deposits).toEqual([10_000_000n])
  })

  it('goes on where one answer makes no sense, and shows that one to staff', async () => {
    const lost = [await payTopUp(), await payTopUp()]
    const bad = await invoiceOf(lost[0] ?? (await payTopUp()))
    const { payments } = container()
    const odd: Container = {
      ...container(),
      payments: {
        ...payments,
        invoice: (id) =>
          id === bad
            ? Promise.reject(
                new BillingError('payment_provider_unavailable', 'Odd.', {
                  remedy: 'staff',
                  internal: 'no status',
                }),
              )
            : payments.invoice(id),
      },
    }
    expect(await compare(odd)).toMatchObject({ found: 2, repaired: 1 })
    expect(await differencesOf(bad)).toMatchObject([
      { kind: 'unreadable', reason: 'no status', resolution: null },
    ])
    expect(await compare()).toMatchObject({ found: 1, repaired: 1 })
    expect(await differencesOf(bad)).toMatchObject([{ kind: 'missing_in_books', resolution: 'repaired' }])
  })
})

describe('how far all is compared', () => {
  const matchedUntil = async () =>
    (await database.db.sql<{ matched_until: Date }[]>`select matched_until from reconciliation_state`)[0]
      ?.matched_until

  it('moves on with each comparison that leaves no gap, and never back', async () => {
    await reconcileBooks(container())
    const first = await matchedUntil()
    expect(first).toBeDefined()
    await stripe.advance(5 * 3600)
    since = await container().clock.read()
    // Five hours later: what lies between was not looked at.
    await compare()
    expect(await matchedUntil()).toEqual(first)
    await stripe.advance(3600)
    await reconcileBooks(container())
    const second = await matchedUntil()
    expect(second?.getTime()).toBeGreaterThan(since.getTime())
    since = new Date(since.getTime() - 24 * HOUR_MS)
    await compare()
    expect(await matchedUntil()).toEqual(second)
  })
})

import type Stripe from 'stripe'
import { describe, expect, it } from 'vitest'
import { AGAINST_STRIPE, useStripeContract } from '@/lib/testing/use-stripe-contract'
import { givenSubscription, itemOf, latestInvoiceOf } from './subscription-scenes'

const contract = useStripeContract()

const HOUR = 3600
const DAY = 24 * HOUR

const nowSeconds = async () =>
  Math.floor(Date.parse((await contract.control<{ now: string }>('GET', 'clock')).now) / 1000)

/** Moves the emulated time to just after a moment. */
async function advanceTo(moment: number): Promise<void> {
  await contract.control('POST', 'clock/advance', { seconds: Math.max(0, moment - (await nowSeconds())) + 1 })
}

/** All of a subscription's invoices, oldest first. */
async function invoicesOf(subscription: string): Promise<Stripe.Invoice[]> {
  const found = await contract.stripe.invoices.list({ subscription, limit: 100 })
  return found.data.reverse()
}

const day = (seconds: number | null | undefined) => new Date((seconds ?? 0) * 1000).toISOString().slice(0, 10)

async function advanceToDate(date: string): Promise<void> {
  const wanted = Date.parse(date) / 1000
  const now = await nowSeconds()
  if (now < wanted) return contract.control('POST', 'clock/advance', { seconds: wanted - now })
  throw new Error(`The emulated time is past ${date} already.`)
}

/** The types of the events about a subscription and its invoices, oldest first, from a moment on. */
async function typesSince(subscription: string, gte: number): Promise<string[]> {
  const events = await contract.stripe.events.list({ created: { gte }, limit: 100 })
  return events.data
    .filter(({ data: { object } }) => {
      const text = JSON.stringify(object)
      return text.includes(subscription)
    })
    .map(({ type }) => type)
    .filter((type) => /^(invoice|customer\.subscription)\./.test(type))
    .reverse()
}

describe.skipIf(AGAINST_STRIPE)('a renewal', () => {
  it('is announced a week before, drafted at the end of the period, and paid an hour later', async () => {
    const { stripe } = contract
    const { subscription, item } = await givenSubscription(stripe, 2)
    const end = item.current_period_end
    await advanceTo(end - 7 * DAY)
    expect(await typesSince(subscription.id, end - 7 * DAY)).toEqual(['invoice.upcoming'])
    await advanceTo(end)
    const [, draft] = await invoicesOf(subscription.id)
    expect(draft).toMatchObject({
      status: 'draft',
      billing_reason: 'subscription_cycle',
      created: end,
      automatically_finalizes_at: end + HOUR,
      period_start: item.current_period_start,
      period_end: end,
    })
    const renewed = await stripe.subscriptions.retrieve(subscription.id)
    expect(itemOf(renewed).current_period_start).toBe(end)
    expect(draft?.lines.data).toMatchObject([
      { amount: 2400, period: { start: end, end: itemOf(renewed).current_period_end } },
    ])
    await advanceTo(end + HOUR)
    expect(await stripe.invoices.retrieve(latestInvoiceOf(renewed))).toMatchObject({
      status: 'paid',
      amount_paid: 2400,
      status_transitions: { paid_at: end + HOUR },
    })
    expect(await typesSince(subscription.id, end)).toEqual([
      'invoice.created',
      'customer.subscription.updated',
      'invoice.finalized',
      'invoice.updated',
      'invoice.paid',
      'invoice.payment_succeeded',
    ])
  })

  it('bills what is pending: prorations, and items that wait for the next invoice', async () => {
    const { stripe } = contract
    const { subscription, item, customer } = await givenSubscription(stripe, 1)
    await stripe.invoiceItems.create({ customer, amount: 77, currency: 'usd', description: 'Overdraft' })
    await stripe.subscriptions.update(subscription.id, {
      items: [{ id: item.id, quantity: 2 }],
      proration_date: item.current_period_start,
    })
    const quote = await stripe.invoices.createPreview({ subscription: subscription.id })
    await advanceTo(item.current_period_end + HOUR)
    const [, invoice] = await invoicesOf(subscription.id)
    expect(invoice?.lines.data.map(({ amount }) => amount)).toEqual([77, -1200, 2400, 2400])
    expect(invoice).toMatchObject({ status: 'paid', amount_paid: 3677 })
    expect(quote.amount_due).toBe(3677)
  })

  it('falls on the last day of short months, for a year in one step', async () => {
    const { stripe } = contract
    await advanceToDate('2028-01-31T10:00:00Z')
    const { subscription } = await givenSubscription(stripe, 1)
    await contract.control('POST', 'clock/advance', { seconds: 366 * DAY + HOUR + 60 })
    const invoices = await invoicesOf(subscription.id)
    expect(invoices.map(({ created }) => day(created))).toEqual([
      '2028-01-31',
      '2028-02-29',
      '2028-03-31',
      '2028-04-30',
      '2028-05-31',
      '2028-06-30',
      '2028-07-31',
      '2028-08-31',
      '2028-09-30',
      '2028-10-31',
      '2028-11-30',
      '2028-12-31',
      '2029-01-31',
    ])
    expect(invoices.every(({ status, amount_paid }) => status === 'paid' && amount_paid === 1200)).toBe(true)
    const starts = invoices.map(({ lines }) => lines.data[0]?.period.start)
    expect(starts.slice(1)).toEqual(invoices.slice(0, -1).map(({ lines }) => lines.data[0]?.period.end))
  })

  it('does not come once the subscription was told to end', async () => {
    const { stripe } = contract
    const { subscription, item } = await givenSubscription(stripe, 1)
    await stripe.subscriptions.update(subscription.id, { cancel_at_period_end: true })
    await advanceTo(item.current_period_end)
    expect(await stripe.subscriptions.retrieve(subscription.id)).toMatchObject({
      status: 'canceled',
      ended_at: item.current_period_end,
      cancellation_details: { reason: 'cancellation_requested' },
    })
    expect(await invoicesOf(subscription.id)).toHaveLength(1)
    expect(await typesSince(subscription.id, item.current_period_end)).toEqual([
      'customer.subscription.deleted',
    ])
  })
})

describe.skipIf(AGAINST_STRIPE)('a renewal that fails', () => {
  const failing = async (method = 'pm_card_chargeCustomerFail') => {
    const { stripe } = contract
    const scene = await givenSubscription(stripe, 1)
    const bad = await stripe.paymentMethods.attach(method, { customer: scene.customer })
    await stripe.customers.update(scene.customer, { invoice_settings: { default_payment_method: bad.id } })
    const due = scene.item.current_period_end + HOUR
    await advanceTo(due)
    return { stripe, due, ...scene }
  }
  const statusOf = async (id: string) => (await contract.stripe.subscriptions.retrieve(id)).status

  it('makes the subscription past due, is tried three times more, and then ends it', async () => {
    const { stripe, due, subscription } = await failing()
    expect(await statusOf(subscription.id)).toBe('past_due')
    const [, invoice] = await invoicesOf(subscription.id)
    expect(invoice).toMatchObject({
      status: 'open',
      attempt_count: 1,
      next_payment_attempt: due + 3 * DAY,
    })
    await advanceTo(due + 8 * DAY)
    expect(await statusOf(subscription.id)).toBe('past_due')
    await advanceTo(due + 15 * DAY)
    expect(await stripe.subscriptions.retrieve(subscription.id)).toMatchObject({
      status: 'canceled',
      ended_at: due + 15 * DAY,
      cancellation_details: { reason: 'payment_failed' },
    })
    expect(await stripe.invoices.retrieve(invoice?.id ?? '')).toMatchObject({
      status: 'open',
      attempt_count: 4,
      next_payment_attempt: null,
    })
    const types = await typesSince(subscription.id, due)
    expect(types.filter((type) => type === 'invoice.payment_failed')).toHaveLength(4)
    expect(types.at(-1)).toBe('customer.subscription.deleted')
  })

  it('is made good by the next retry where there is a better card by then', async () => {
    const { stripe, due, subscription, customer, card } = await failing()
    await stripe.customers.update(customer, { invoice_settings: { default_payment_method: card } })
    await advanceTo(due + 3 * DAY)
    expect(await statusOf(subscription.id)).toBe('active')
    const [, invoice] = await invoicesOf(subscription.id)
    expect(invoice).toMatchObject({ status: 'paid', attempt_count: 2 })
  })

  it('is made good by paying the invoice', async () => {
    const { stripe, subscription, card } = await failing()
    const [, invoice] = await invoicesOf(subscription.id)
    await stripe.invoices.pay(invoice?.id ?? '', { payment_method: card })
    expect(await statusOf(subscription.id)).toBe('active')
  })

  it('fails without a card too', async () => {
    const { stripe } = contract
    const { subscription, item, card } = await givenSubscription(stripe, 1)
    await stripe.paymentMethods.detach(card)
    await advanceTo(item.current_period_end + HOUR)
    expect(await statusOf(subscription.id)).toBe('past_due')
  })

  it('leaves it unpaid, or past due, where the settings say so', async () => {
    await contract.control('POST', 'billing-settings', { retryDays: [1], whenRetriesFail: 'unpaid' })
    const first = await failing()
    await advanceTo(first.due + DAY)
    expect(await statusOf(first.subscription.id)).toBe('unpaid')
    await contract.control('POST', 'billing-settings', { retryDays: [], whenRetriesFail: 'past_due' })
    const second = await failing()
    expect(await statusOf(second.subscription.id)).toBe('past_due')
    await contract.control('POST', 'billing-settings', { retryDays: [3, 5, 7], whenRetriesFail: 'cancel' })
  })

  it('expires a subscription whose first invoice was never paid', async () => {
    const { stripe } = contract
    const { customer, monthly } = await givenSubscription(stripe)
    const bad = await stripe.paymentMethods.attach('pm_card_chargeCustomerFail', { customer })
    const subscription = await stripe.subscriptions.create({
      customer,
      items: [{ price: monthly }],
      default_payment_method: bad.id,
    })
    expect(subscription.status).toBe('incomplete')
    await advanceTo(subscription.created + 23 * HOUR)
    expect(await statusOf(subscription.id)).toBe('incomplete_expired')
    expect(await stripe.invoices.retrieve(latestInvoiceOf(subscription))).toMatchObject({ status: 'void' })
  })
})

import { describe, expect, it } from 'vitest'
import { useStripeContract } from '@/lib/testing/use-stripe-contract'
import { refusal } from './scenes'
import {
  givenNumberPrices,
  givenPayingCustomer,
  givenSubscription,
  itemOf,
  latestInvoiceOf,
} from './subscription-scenes'

const contract = useStripeContract()

describe('a subscription', () => {
  it('is active once its first invoice is paid, and shows its period on the item', async () => {
    const { stripe } = contract
    const { subscription, item, monthly, customer } = await givenSubscription(stripe, 3)
    expect(subscription).toMatchObject({
      status: 'active',
      customer,
      currency: 'usd',
      cancel_at_period_end: false,
      billing_mode: { type: 'flexible' },
    })
    expect(subscription).not.toHaveProperty('current_period_end')
    expect(item).toMatchObject({ quantity: 3, price: { id: monthly } })
    expect(item.current_period_start).toBe(subscription.billing_cycle_anchor)
    const invoice = await stripe.invoices.retrieve(latestInvoiceOf(subscription), {
      expand: ['payments'],
    })
    expect(invoice).toMatchObject({
      status: 'paid',
      billing_reason: 'subscription_create',
      amount_paid: 3600,
      parent: { type: 'subscription_details', subscription_details: { subscription: subscription.id } },
    })
    expect(invoice.lines.data).toMatchObject([
      {
        amount: 3600,
        description: '3 × Number (at $12.00 / month)',
        period: { start: item.current_period_start, end: item.current_period_end },
        parent: {
          type: 'subscription_item_details',
          subscription_item_details: { subscription_item: item.id, proration: false },
        },
        pricing: { price_details: { price: monthly } },
      },
    ])
    expect(invoice.payments?.data).toMatchObject([{ status: 'paid', amount_paid: 3600 }])
  })

  it('is listed by customer, price and status, the cancelled ones only when asked for', async () => {
    const { stripe } = contract
    const { subscription, customer, monthly, annual } = await givenSubscription(stripe)
    const ids = async (more: object) =>
      (await stripe.subscriptions.list({ customer, ...more })).data.map(({ id }) => id)
    expect(await ids({})).toEqual([subscription.id])
    expect(await ids({ price: monthly })).toEqual([subscription.id])
    expect(await ids({ price: annual })).toEqual([])
    expect(await ids({ status: 'active' })).toEqual([subscription.id])
    const ended = await stripe.subscriptions.cancel(subscription.id)
    expect(ended).toMatchObject({
      status: 'canceled',
      cancellation_details: { reason: 'cancellation_requested' },
    })
    expect(await ids({})).toEqual([])
    expect(await ids({ status: 'all' })).toEqual([subscription.id])
    expect(await ids({ status: 'ended' })).toEqual([subscription.id])
    expect(await refusal(stripe.subscriptions.cancel(subscription.id))).toMatchObject({ statusCode: 404 })
    expect(
      await refusal(stripe.subscriptions.update(subscription.id, { cancel_at_period_end: true })),
    ).toMatchObject({ statusCode: 400, code: 'invalid_canceled_subscription_fields' })
  })

  it('is told to end with its period, and goes on when that is taken back', async () => {
    const { stripe } = contract
    const { subscription, item } = await givenSubscription(stripe)
    const ending = await stripe.subscriptions.update(subscription.id, { cancel_at_period_end: true })
    expect(ending).toMatchObject({
      status: 'active',
      cancel_at_period_end: true,
      cancel_at: item.current_period_end,
      cancellation_details: { reason: 'cancellation_requested' },
    })
    expect(ending.canceled_at).not.toBeNull()
    const going = await stripe.subscriptions.update(subscription.id, { cancel_at_period_end: false })
    expect(going).toMatchObject({ cancel_at_period_end: false, cancel_at: null, canceled_at: null })
    const named = await stripe.subscriptions.update(subscription.id, { cancel_at: 'min_period_end' })
    expect(named).toMatchObject({ cancel_at: item.current_period_end, cancel_at_period_end: false })
    expect((await stripe.subscriptions.update(subscription.id, { cancel_at: '' })).cancel_at).toBeNull()
  })
})

describe('a first payment that fails', () => {
  const start = async (method: string, behavior: 'allow_incomplete' | 'error_if_incomplete') => {
    const { stripe } = contract
    const { monthly } = await givenNumberPrices(stripe)
    const { customer } = await givenPayingCustomer(stripe, method)
    const created = stripe.subscriptions.create({
      customer,
      items: [{ price: monthly }],
      payment_behavior: behavior,
    })
    return { stripe, customer, created }
  }

  it('leaves the subscription incomplete until its invoice is paid', async () => {
    const { stripe, customer, created } = await start('pm_card_chargeCustomerFail', 'allow_incomplete')
    const subscription = await created
    expect(subscription.status).toBe('incomplete')
    const good = await stripe.paymentMethods.attach('pm_card_visa', { customer })
    await stripe.invoices.pay(latestInvoiceOf(subscription), { payment_method: good.id })
    expect((await stripe.subscriptions.retrieve(subscription.id)).status).toBe('active')
  })

  it('makes nothing with error_if_incomplete', async () => {
    const { stripe, customer, created } = await start('pm_card_chargeCustomerFail', 'error_if_incomplete')
    expect(await refusal(created)).toMatchObject({ statusCode: 402, code: 'card_declined' })
    expect((await stripe.subscriptions.list({ customer, status: 'all' })).data).toEqual([])
    expect((await stripe.invoices.list({ customer })).data).toEqual([])
    expect((await stripe.charges.list({ customer })).data).toMatchObject([{ status: 'failed' }])
  })
})

describe('what is refused', () => {
  it.each([
    ['an anchor that is a word', { billing_cycle_anchor: 'now' }, 'billing_cycle_anchor'],
    ['an unknown parameter', { prorate: false }, 'prorate'],
    ['an unknown behaviour', { proration_behavior: 'sometimes' }, 'proration_behavior'],
    [
      'a moment and a flag for one end',
      { cancel_at: 2_000_000_000, cancel_at_period_end: true },
      'cancel_at',
    ],
    ['an item of another', { items: [{ id: 'si_other', quantity: 2 }] }, 'items[0][id]'],
    ['a negative quantity', { items: [{ id: 'SELF', quantity: -1 }] }, 'items[0][quantity]'],
    ['no items', { items: [{ id: 'SELF', deleted: true }] }, 'items'],
    ['a proration date before the period', { proration_date: 1 }, 'proration_date'],
    ['a proration date after the period', { proration_date: 4_000_000_000 }, 'proration_date'],
  ])('%s', async (_, params, param) => {
    const { stripe } = contract
    const { subscription, item } = await givenSubscription(stripe)
    const sent = JSON.parse(JSON.stringify(params).replace('SELF', item.id)) as object
    expect(await refusal(stripe.subscriptions.update(subscription.id, sent))).toMatchObject({
      statusCode: 400,
      param,
    })
    expect(itemOf(await stripe.subscriptions.retrieve(subscription.id)).quantity).toBe(1)
  })

  it('a price that does not recur, and a subscription of nobody', async () => {
    const { stripe } = contract
    const { customer } = await givenPayingCustomer(stripe)
    const product = await stripe.products.create({ name: 'Once' })
    const once = await stripe.prices.create({ product: product.id, currency: 'usd', unit_amount: 500 })
    expect(
      await refusal(stripe.subscriptions.create({ customer, items: [{ price: once.id }] })),
    ).toMatchObject({ statusCode: 400, param: 'items[0][price]' })
    expect(
      await refusal(stripe.subscriptions.create({ customer: 'cus_none', items: [{ price: once.id }] })),
    ).toMatchObject({ statusCode: 400, code: 'resource_missing' })
    expect(await refusal(stripe.subscriptions.retrieve('sub_none'))).toMatchObject({ statusCode: 404 })
  })
})

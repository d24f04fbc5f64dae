import type Stripe from 'stripe'
import { describe, expect, it } from 'vitest'
import { useStripeContract } from '@/lib/testing/use-stripe-contract'
import { refusal } from './scenes'
import { givenSubscription, itemOf, latestInvoiceOf } from './subscription-scenes'

const contract = useStripeContract()

const halfway = ({ current_period_start: start, current_period_end: end }: Stripe.SubscriptionItem) =>
  start + (end - start) / 2

/** What a change costs, asked first and then done, at the same moment. */
async function quoteAndChange(
  subscription: string,
  change: Readonly<{
    items: Stripe.SubscriptionUpdateParams.Item[]
    proration_date: number
    billing_cycle_anchor?: { type: 'now' | 'unchanged' }
    discounts?: Stripe.SubscriptionUpdateParams.Discount[]
  }>,
) {
  const { stripe } = contract
  const { discounts, ...details } = change
  const quote = await stripe.invoices.createPreview({
    subscription,
    subscription_details: { ...details, proration_behavior: 'always_invoice' },
    ...(discounts === undefined ? {} : { discounts }),
  })
  const changed = await stripe.subscriptions.update(subscription, {
    ...change,
    proration_behavior: 'always_invoice',
    payment_behavior: 'error_if_incomplete',
    expand: ['latest_invoice'],
  })
  const invoice = changed.latest_invoice
  if (typeof invoice !== 'object' || invoice === null) throw new Error('The change made no invoice.')
  return { quote, changed, invoice }
}

const amounts = (invoice: Stripe.Invoice) => invoice.lines.data.map(({ amount }) => amount)

describe('a change of quantity', () => {
  it('credits the unused time, debits the rest of the period, and is invoiced as it was quoted', async () => {
    const { subscription, item, monthly } = await givenSubscription(contract.stripe, 3)
    const { quote, changed, invoice } = await quoteAndChange(subscription.id, {
      items: [{ id: item.id, price: monthly, quantity: 4 }],
      proration_date: halfway(item),
    })
    expect(quote).toMatchObject({ amount_due: 600, billing_reason: 'upcoming', status: 'draft' })
    expect(quote.id).toMatch(/^upcoming_in_/)
    expect(amounts(quote)).toEqual([-1800, 2400])
    expect(amounts(invoice)).toEqual([-1800, 2400])
    expect(invoice).toMatchObject({ billing_reason: 'subscription_update', amount_paid: 600, status: 'paid' })
    expect(invoice.parent?.subscription_details?.subscription_proration_date).toBe(halfway(item))
    const [credit, debit] = invoice.lines.data
    expect(credit?.description).toMatch(/^Unused time on 3 × Number after \d\d \w{3} \d{4}$/)
    expect(debit?.description).toMatch(/^Remaining time on 4 × Number after \d\d \w{3} \d{4}$/)
    expect(debit).toMatchObject({
      discountable: false,
      period: { start: halfway(item), end: item.current_period_end },
      parent: { subscription_item_details: { proration: true, proration_details: { credited_items: null } } },
    })
    expect(credit?.parent?.subscription_item_details?.proration_details?.credited_items?.invoice).toBe(
      subscription.latest_invoice,
    )
    expect(itemOf(changed)).toMatchObject({
      quantity: 4,
      current_period_end: item.current_period_end,
    })
  })

  it('leaves no trace when it is only previewed', async () => {
    const { stripe } = contract
    const { subscription, item, customer } = await givenSubscription(stripe)
    await stripe.invoices.createPreview({
      subscription: subscription.id,
      subscription_details: { items: [{ id: item.id, quantity: 9 }], proration_behavior: 'always_invoice' },
    })
    expect(await stripe.subscriptions.retrieve(subscription.id)).toEqual(
      expect.objectContaining({ latest_invoice: subscription.latest_invoice }),
    )
    expect((await stripe.invoiceItems.list({ customer })).data).toEqual([])
    expect((await stripe.invoices.list({ customer })).data).toHaveLength(1)
  })

  it('waits for the next invoice with create_prorations, and costs nothing with none', async () => {
    const { stripe } = contract
    const { subscription, item, customer } = await givenSubscription(stripe, 1)
    await stripe.subscriptions.update(subscription.id, {
      items: [{ id: item.id, quantity: 2 }],
      proration_behavior: 'none',
    })
    expect((await stripe.invoiceItems.list({ customer })).data).toEqual([])
    await stripe.subscriptions.update(subscription.id, {
      items: [{ id: item.id, quantity: 3 }],
      proration_date: halfway(item),
    })
    const items = (await stripe.invoiceItems.list({ customer })).data
    // The credit is measured on what was debited for the period: one unit, not two.
    expect(items.map(({ amount }) => amount).sort((a, b) => a - b)).toEqual([-600, 1800])
    expect(items.every(({ invoice, proration }) => invoice === null && proration)).toBe(true)
    const next = await stripe.invoices.createPreview({ subscription: subscription.id })
    expect(amounts(next)).toEqual([-600, 1800, 3600])
    expect(next.lines.data[2]?.period.start).toBe(item.current_period_end)
  })

  it('is 1 where a new price comes without a quantity', async () => {
    const { stripe } = contract
    const { subscription, item, annual } = await givenSubscription(stripe, 3)
    const changed = await stripe.subscriptions.update(subscription.id, {
      items: [{ id: item.id, price: annual }],
      proration_behavior: 'none',
    })
    expect(itemOf(changed)).toMatchObject({ quantity: 1, price: { id: annual } })
  })
})

describe('a change from monthly to annual', () => {
  it('begins a year now where the anchor is told to, crediting the month as of the proration date', async () => {
    const { subscription, item, annual } = await givenSubscription(contract.stripe, 2)
    const { quote, changed, invoice } = await quoteAndChange(subscription.id, {
      items: [{ id: item.id, price: annual, quantity: 2 }],
      proration_date: halfway(item),
      billing_cycle_anchor: { type: 'now' },
    })
    expect(amounts(quote)).toEqual([-1200, 24_000])
    expect(amounts(invoice)).toEqual([-1200, 24_000])
    expect(invoice.amount_paid).toBe(22_800)
    expect(invoice.lines.data[1]?.description).toBe('2 × Number (at $120.00 / year)')
    const year = itemOf(changed)
    expect(changed.billing_cycle_anchor).toBe(year.current_period_start)
    expect(new Date(year.current_period_end * 1000).getUTCFullYear()).toBe(
      new Date(year.current_period_start * 1000).getUTCFullYear() + 1,
    )
  })

  it('keeps the anchor where nothing is said about it', async () => {
    const { stripe } = contract
    const { subscription, item, annual } = await givenSubscription(stripe, 1)
    const changed = await stripe.subscriptions.update(subscription.id, {
      items: [{ id: item.id, price: annual, quantity: 1 }],
      proration_behavior: 'always_invoice',
    })
    expect(changed.billing_cycle_anchor).toBe(subscription.billing_cycle_anchor)
    expect(itemOf(changed).current_period_start).toBe(item.current_period_start)
  })

  it('back to monthly leaves the credit on the customer’s balance, and the next invoice takes it', async () => {
    const { stripe } = contract
    const { subscription, item, annual, monthly, customer } = await givenSubscription(stripe, 1)
    const yearly = await stripe.subscriptions.update(subscription.id, {
      items: [{ id: item.id, price: annual, quantity: 1 }],
      proration_behavior: 'always_invoice',
      billing_cycle_anchor: { type: 'now' },
    })
    const { quote, invoice, changed } = await quoteAndChange(subscription.id, {
      items: [{ id: item.id, price: monthly, quantity: 1 }],
      proration_date: itemOf(yearly).current_period_start,
      billing_cycle_anchor: { type: 'now' },
    })
    expect(quote).toMatchObject({ total: -10_800, amount_due: 0, ending_balance: -10_800 })
    expect(invoice).toMatchObject({ total: -10_800, amount_due: 0, ending_balance: -10_800, status: 'paid' })
    expect(await stripe.customers.retrieve(customer)).toMatchObject({ balance: -10_800 })
    const more = await quoteAndChange(subscription.id, {
      items: [{ id: item.id, price: monthly, quantity: 2 }],
      proration_date: itemOf(changed).current_period_start,
    })
    expect(more.invoice).toMatchObject({ total: 1200, amount_due: 0, ending_balance: -9600 })
  })
})

describe('a change that cannot be paid', () => {
  const failing = async (behavior: 'allow_incomplete' | 'error_if_incomplete' | 'pending_if_incomplete') => {
    const { stripe } = contract
    const scene = await givenSubscription(stripe, 1)
    const bad = await stripe.paymentMethods.attach('pm_card_chargeCustomerFail', { customer: scene.customer })
    await stripe.subscriptions.update(scene.subscription.id, { default_payment_method: bad.id })
    const update = stripe.subscriptions.update(scene.subscription.id, {
      items: [{ id: scene.item.id, quantity: 5 }],
      proration_behavior: 'always_invoice',
      proration_date: scene.item.current_period_start,
      payment_behavior: behavior,
    })
    return { stripe, ...scene, update }
  }

  it('is not made with error_if_incomplete', async () => {
    const { stripe, update, subscription, customer } = await failing('error_if_incomplete')
    expect(await refusal(update)).toMatchObject({ statusCode: 402, code: 'card_declined' })
    const after = await stripe.subscriptions.retrieve(subscription.id)
    expect(after).toMatchObject({ status: 'active', latest_invoice: subscription.latest_invoice })
    expect(itemOf(after).quantity).toBe(1)
    expect((await stripe.invoiceItems.list({ customer })).data).toEqual([])
    expect((await stripe.invoices.list({ customer })).data).toHaveLength(1)
  })

  it('is made with allow_incomplete, and the subscription is past due until it is paid', async () => {
    const { stripe, update, card } = await failing('allow_incomplete')
    const changed = await update
    expect(changed.status).toBe('past_due')
    expect(itemOf(changed).quantity).toBe(5)
    await stripe.invoices.pay(latestInvoiceOf(changed), { payment_method: card })
    expect((await stripe.subscriptions.retrieve(changed.id)).status).toBe('active')
  })

  it('waits with pending_if_incomplete, and takes place once it is paid', async () => {
    const { stripe, update, card } = await failing('pending_if_incomplete')
    const changed = await update
    expect(changed.status).toBe('active')
    expect(itemOf(changed).quantity).toBe(1)
    expect(changed.pending_update?.subscription_items).toMatchObject([{ quantity: 5 }])
    await stripe.invoices.pay(latestInvoiceOf(changed), { payment_method: card })
    const after = await stripe.subscriptions.retrieve(changed.id)
    expect(after.pending_update).toBeNull()
    expect(itemOf(after).quantity).toBe(5)
  })

  it('is forgotten when its invoice is voided', async () => {
    const { stripe, update } = await failing('pending_if_incomplete')
    const changed = await update
    await stripe.invoices.voidInvoice(latestInvoiceOf(changed))
    const after = await stripe.subscriptions.retrieve(changed.id)
    expect(after).toMatchObject({ status: 'active', pending_update: null })
    expect(itemOf(after).quantity).toBe(1)
  })
})

describe('a preview', () => {
  it('of a new subscription shows its first invoice', async () => {
    const { stripe } = contract
    const { customer, monthly } = await givenSubscription(stripe)
    const preview = await stripe.invoices.createPreview({
      customer,
      subscription_details: { items: [{ price: monthly, quantity: 2 }] },
    })
    expect(preview).toMatchObject({ amount_due: 2400, total: 2400 })
  })

  it('of a cancelled renewal is not to be had', async () => {
    const { stripe } = contract
    const { subscription } = await givenSubscription(stripe)
    await stripe.subscriptions.update(subscription.id, { cancel_at_period_end: true })
    expect(await refusal(stripe.invoices.createPreview({ subscription: subscription.id }))).toMatchObject({
      statusCode: 404,
      code: 'invoice_upcoming_none',
    })
  })

  it('refuses a moment outside the period, one without items, and one with none', async () => {
    const { stripe } = contract
    const { subscription, item } = await givenSubscription(stripe)
    const preview = (details: Stripe.InvoiceCreatePreviewParams.SubscriptionDetails) =>
      refusal(stripe.invoices.createPreview({ subscription: subscription.id, subscription_details: details }))
    const items = [{ id: item.id, quantity: 2 }]
    const param = 'subscription_details[proration_date]'
    expect(await preview({ items, proration_date: item.current_period_start - 1 })).toMatchObject({ param })
    expect(await preview({ items, proration_date: item.current_period_end })).toMatchObject({ param })
    expect(await preview({ proration_date: item.current_period_start })).toMatchObject({ param })
    expect(
      await preview({ items, proration_date: item.current_period_start, proration_behavior: 'none' }),
    ).toMatchObject({ param })
  })
})

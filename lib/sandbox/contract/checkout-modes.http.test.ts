import type Stripe from 'stripe'
import { beforeAll, describe, expect, it } from 'vitest'
import { AGAINST_STRIPE, useStripeContract } from '@/lib/testing/use-stripe-contract'
import { card, givenCustomer, refusal } from './scenes'
import { givenNumberPrices, itemOf } from './subscription-scenes'

const contract = useStripeContract()
let prices: Awaited<ReturnType<typeof givenNumberPrices>>

beforeAll(async () => {
  prices = await givenNumberPrices(contract.stripe)
})

const RETURN = 'https://example.com/back?session={CHECKOUT_SESSION_ID}'

/** A Checkout of three numbers a month. */
async function givenSubscriptionCheckout(more: Partial<Stripe.Checkout.SessionCreateParams> = {}) {
  const { stripe } = contract
  const customer = (await givenCustomer(stripe)).id
  const session = await stripe.checkout.sessions.create({
    mode: 'subscription',
    ui_mode: 'embedded_page',
    customer,
    line_items: [{ price: prices.monthly, quantity: 3 }],
    return_url: RETURN,
    subscription_data: { metadata: { order: 'ord_1' } },
    saved_payment_method_options: { payment_method_save: 'enabled' },
    ...more,
  })
  return { stripe, customer, session }
}

/** A promotion code of its own, and its text. */
async function givenCode(coupon: Stripe.CouponCreateParams, more: object = {}) {
  const { stripe } = contract
  const { id } = await stripe.coupons.create(coupon)
  return stripe.promotionCodes.create({ promotion: { type: 'coupon', coupon: id }, ...more })
}

const subscriptionOf = (session: Stripe.Checkout.Session): string =>
  typeof session.subscription === 'string' ? session.subscription : ''

const setupOf = (session: Stripe.Checkout.Session): string =>
  typeof session.setup_intent === 'string' ? session.setup_intent : ''

describe('Checkout in subscription mode', () => {
  it('shows the first invoice’s sum, and no payment intent', async () => {
    const { session } = await givenSubscriptionCheckout()
    expect(session).toMatchObject({
      mode: 'subscription',
      status: 'open',
      payment_status: 'unpaid',
      amount_subtotal: 3600,
      amount_total: 3600,
      currency: 'usd',
      payment_intent: null,
      subscription: null,
      invoice: null,
      url: null,
    })
    expect(session.client_secret).toMatch(/^cs_test_/)
  })

  it.skipIf(AGAINST_STRIPE)(
    'begins a subscription with the card as its default, and one paid invoice',
    async () => {
      const { stripe, customer, session } = await givenSubscriptionCheckout()
      const outcome = await contract.submit(session.id, { source: card() })
      expect(outcome.kind).toBe('complete')
      const done = await stripe.checkout.sessions.retrieve(session.id, { expand: ['subscription'] })
      expect(done).toMatchObject({ status: 'complete', payment_status: 'paid' })
      const { subscription } = done
      if (typeof subscription !== 'object' || subscription === null) throw new Error('not expanded')
      expect(subscription).toMatchObject({
        status: 'active',
        customer,
        metadata: { order: 'ord_1' },
        latest_invoice: done.invoice,
      })
      expect(itemOf(subscription)).toMatchObject({ quantity: 3, price: { id: prices.monthly } })
      const [method] = (await stripe.customers.listPaymentMethods(customer)).data
      expect(subscription.default_payment_method).toBe(method?.id)
      expect(method?.allow_redisplay).toBe('limited')
      expect((await stripe.invoices.list({ customer })).data).toMatchObject([
        { id: done.invoice, status: 'paid', amount_paid: 3600, billing_reason: 'subscription_create' },
      ])
      const found = await stripe.checkout.sessions.list({ subscription: subscription.id })
      expect(found.data.map(({ id }) => id)).toEqual([session.id])
      expect((await contract.submit(session.id, { source: card() })).kind).toBe('invalid')
    },
  )

  it.skipIf(AGAINST_STRIPE)('leaves nothing of a subscription where the card is declined', async () => {
    const { stripe, customer, session } = await givenSubscriptionCheckout()
    const outcome = await contract.submit(session.id, { source: card('4000000000000002') })
    expect(outcome).toMatchObject({ kind: 'declined', code: 'card_declined' })
    expect((await stripe.checkout.sessions.retrieve(session.id)).status).toBe('open')
    expect((await stripe.subscriptions.list({ customer, status: 'all' })).data).toEqual([])
    expect((await stripe.invoices.list({ customer })).data).toEqual([])
    expect((await stripe.charges.list({ customer })).data).toMatchObject([{ status: 'failed' }])
    expect((await contract.submit(session.id, { source: card() })).kind).toBe('complete')
  })

  it.skipIf(AGAINST_STRIPE)('has the bank ask first where it wants to', async () => {
    const { stripe, session } = await givenSubscriptionCheckout()
    const source = card('4000002760003184', true)
    // An answer before the question is none.
    expect((await contract.submit(session.id, { source, authentication: 'approved' })).kind).toBe(
      'authentication_required',
    )
    expect((await contract.submit(session.id, { source, authentication: 'approved' })).kind).toBe('complete')
    const done = await stripe.checkout.sessions.retrieve(session.id)
    expect((await stripe.subscriptions.retrieve(subscriptionOf(done))).status).toBe('active')
  })

  it.skipIf(AGAINST_STRIPE)('takes a promotion code, for as long as its coupon says', async () => {
    const code = await givenCode({ percent_off: 20, duration: 'repeating', duration_in_months: 3 })
    const { stripe, session } = await givenSubscriptionCheckout({ allow_promotion_codes: true })
    const wrong = await contract.submit(session.id, { source: card(), promotionCode: 'NOSUCHCODE' })
    expect(wrong).toMatchObject({ kind: 'invalid', field: 'promotionCode' })
    const outcome = await contract.submit(session.id, {
      source: card(),
      promotionCode: code.code.toLowerCase(),
    })
    expect(outcome.kind).toBe('complete')
    const done = await stripe.checkout.sessions.retrieve(session.id, {
      expand: ['subscription.discounts.source.coupon', 'invoice'],
    })
    expect(done).toMatchObject({
      amount_subtotal: 3600,
      amount_total: 2880,
      total_details: { amount_discount: 720 },
      invoice: { amount_paid: 2880, total_discount_amounts: [{ amount: 720 }] },
    })
    const { subscription } = done
    if (typeof subscription !== 'object' || subscription === null) throw new Error('not expanded')
    expect(subscription.discounts).toMatchObject([
      { promotion_code: code.id, source: { coupon: { percent_off: 20 } } },
    ])
    expect((await stripe.promotionCodes.retrieve(code.id)).times_redeemed).toBe(1)
  })

  it('takes a coupon with the session, and none that is not to be had', async () => {
    const { stripe } = contract
    const coupon = await stripe.coupons.create({ amount_off: 600, currency: 'usd', duration: 'once' })
    const { session } = await givenSubscriptionCheckout({ discounts: [{ coupon: coupon.id }] })
    expect(session).toMatchObject({ amount_total: 3000, discounts: [{ coupon: coupon.id }] })
    expect(await refusal(givenSubscriptionCheckout({ discounts: [{ coupon: 'none' }] }))).toMatchObject({
      statusCode: 400,
      param: 'discounts[0][coupon]',
    })
  })

  it.skipIf(AGAINST_STRIPE)('makes a customer where it has none', async () => {
    const { stripe } = contract
    const session = await stripe.checkout.sessions.create({
      mode: 'subscription',
      ui_mode: 'embedded_page',
      line_items: [{ price: prices.monthly, quantity: 1 }],
      return_url: RETURN,
    })
    await contract.submit(session.id, { source: card(), email: 'new@example.com' })
    const done = await stripe.checkout.sessions.retrieve(session.id)
    expect((await stripe.subscriptions.retrieve(subscriptionOf(done))).customer).toBe(done.customer)
  })

  it.each([
    ['an invoice creation', { invoice_creation: { enabled: true } }, 'invoice_creation'],
    ['data of a payment', { payment_intent_data: { description: 'x' } }, 'payment_intent_data'],
    ['data of a setup', { setup_intent_data: { description: 'x' } }, 'setup_intent_data'],
    ['no items', { line_items: [] }, 'line_items'],
    [
      'an unknown billing mode',
      { subscription_data: { billing_mode: { type: 'classic' } } },
      'subscription_data[billing_mode][type]',
    ],
  ])('refuses %s', async (_, more, param) => {
    expect(await refusal(givenSubscriptionCheckout(more))).toMatchObject({ statusCode: 400, param })
  })
})

describe('Checkout in setup mode', () => {
  const givenSetup = async (more: Partial<Stripe.Checkout.SessionCreateParams> = {}) => {
    const { stripe } = contract
    const customer = (await givenCustomer(stripe)).id
    const session = await stripe.checkout.sessions.create({
      mode: 'setup',
      ui_mode: 'embedded_page',
      customer,
      currency: 'usd',
      return_url: RETURN,
      setup_intent_data: { metadata: { order: 'ord_2' } },
      ...more,
    })
    return { stripe, customer, session }
  }

  it('waits for a card, with a setup intent', async () => {
    const { stripe, customer, session } = await givenSetup()
    expect(session).toMatchObject({
      mode: 'setup',
      status: 'open',
      payment_status: 'no_payment_required',
      amount_total: null,
      payment_intent: null,
    })
    const setup = await stripe.setupIntents.retrieve(setupOf(session))
    expect(setup).toMatchObject({
      status: 'requires_payment_method',
      customer,
      metadata: { order: 'ord_2' },
    })
  })

  it.skipIf(AGAINST_STRIPE)('saves the card without charging it', async () => {
    const { stripe, customer, session } = await givenSetup()
    expect((await contract.submit(session.id, { source: card() })).kind).toBe('complete')
    const done = await stripe.checkout.sessions.retrieve(session.id, { expand: ['setup_intent'] })
    const [method] = (await stripe.customers.listPaymentMethods(customer)).data
    expect(done).toMatchObject({
      status: 'complete',
      setup_intent: { status: 'succeeded', payment_method: method?.id },
    })
    expect((await stripe.charges.list({ customer })).data).toEqual([])
    const types = (await stripe.events.list({ limit: 100 })).data
      .filter(({ data: { object } }) => JSON.stringify(object).includes(customer))
      .map(({ type }) => type)
    expect(types).toEqual(
      expect.arrayContaining([
        'setup_intent.created',
        'payment_method.attached',
        'setup_intent.succeeded',
        'checkout.session.completed',
      ]),
    )
    // It was set up for later, so it is charged off-session.
    const intent = await stripe.paymentIntents.create({
      amount: 700,
      currency: 'usd',
      customer,
      payment_method: method?.id ?? '',
      off_session: true,
      confirm: true,
    })
    expect(intent.status).toBe('succeeded')
  })

  it.skipIf(AGAINST_STRIPE)('says when the card cannot be saved, and has the bank ask', async () => {
    const { stripe, session } = await givenSetup()
    expect(await contract.submit(session.id, { source: card('4000000000000002') })).toMatchObject({
      kind: 'declined',
      code: 'card_declined',
    })
    const source = card('4000002500003155')
    expect((await contract.submit(session.id, { source })).kind).toBe('authentication_required')
    expect((await contract.submit(session.id, { source, authentication: 'denied' })).kind).toBe('declined')
    expect((await contract.submit(session.id, { source })).kind).toBe('authentication_required')
    expect((await contract.submit(session.id, { source, authentication: 'approved' })).kind).toBe('complete')
    expect((await stripe.checkout.sessions.retrieve(session.id)).status).toBe('complete')
  })

  it('is refused without a currency, and with items', async () => {
    const { sessions } = contract.stripe.checkout
    const setup = { mode: 'setup', ui_mode: 'embedded_page', return_url: RETURN } as const
    expect(await refusal(sessions.create(setup))).toMatchObject({ statusCode: 400, param: 'currency' })
    const items = { currency: 'usd', line_items: [{ price: prices.monthly, quantity: 1 }] }
    expect(await refusal(sessions.create({ ...setup, ...items }))).toMatchObject({
      statusCode: 400,
      param: 'line_items',
    })
  })
})

import { beforeAll, describe, expect, it } from 'vitest'
import { AGAINST_STRIPE, useStripeContract } from '@/lib/testing/use-stripe-contract'
import { card, givenCheckout, givenCreditsPrice, givenCustomer, refusal } from './scenes'

const contract = useStripeContract()
let price: string

beforeAll(async () => {
  price = (await givenCreditsPrice(contract.stripe)).id
})

const scene = async () => {
  const { stripe } = contract
  return { stripe, price, customer: (await givenCustomer(stripe)).id }
}

describe('a Checkout session', () => {
  it('has a secret that ends in percent-escapes when embedded, and a url when hosted', async () => {
    const at = await scene()
    const embedded = await givenCheckout(at)
    expect(embedded).toMatchObject({
      status: 'open',
      payment_status: 'unpaid',
      url: null,
      livemode: false,
      payment_intent: null,
    })
    expect(embedded.client_secret).toMatch(new RegExp(`^${embedded.id}_secret_.*%[0-9A-F]{2}`))
    const hosted = await at.stripe.checkout.sessions.create({
      mode: 'payment',
      success_url: 'https://example.com/?s={CHECKOUT_SESSION_ID}',
      line_items: [
        { price_data: { currency: 'usd', unit_amount: 700, product_data: { name: 'Extra' } }, quantity: 3 },
      ],
    })
    expect(hosted).toMatchObject({ ui_mode: 'hosted_page', client_secret: null, amount_total: 2100 })
    expect(hosted.url).toContain(hosted.id)
    const { data } = await at.stripe.checkout.sessions.listLineItems(hosted.id)
    expect(data).toMatchObject([{ object: 'item', description: 'Extra', quantity: 3, amount_total: 2100 }])
  })

  it('is expired by a call once, and cannot be expired again', async () => {
    const at = await scene()
    const session = await givenCheckout(at)
    expect(await at.stripe.checkout.sessions.expire(session.id)).toMatchObject({ status: 'expired' })
    expect(await refusal(at.stripe.checkout.sessions.expire(session.id))).toMatchObject({ statusCode: 400 })
  })
})

// Only the local Stripe can press "Pay" without a browser.
describe.skipIf(AGAINST_STRIPE)('paying in Checkout', () => {
  it('charges what was typed, makes a paid invoice, saves the card and ties everything together', async () => {
    const at = await scene()
    const { stripe } = at
    const session = await givenCheckout(at)
    const outcome = await contract.submit(session.id, {
      amountCents: 3300,
      source: card('4242424242424242', true),
    })
    expect(outcome).toEqual({
      kind: 'complete',
      redirectUrl: `https://example.com/back?session=${session.id}`,
    })

    const done = await stripe.checkout.sessions.retrieve(session.id, {
      expand: ['payment_intent.latest_charge.balance_transaction', 'invoice.payments', 'line_items'],
    })
    const { payment_intent: intent, invoice } = done
    if (intent === null || typeof intent === 'string' || invoice === null || typeof invoice === 'string') {
      throw new Error('expanded')
    }
    expect(done).toMatchObject({ status: 'complete', payment_status: 'paid', amount_total: 3300, url: null })
    expect(done.line_items?.data).toMatchObject([{ amount_total: 3300 }])
    expect(intent).toMatchObject({
      status: 'succeeded',
      amount: 3300,
      amount_received: 3300,
      customer: at.customer,
    })
    expect(intent.latest_charge).toMatchObject({
      paid: true,
      amount: 3300,
      balance_transaction: { net: 3300 - 96 - 30 },
    })
    expect(invoice).toMatchObject({
      status: 'paid',
      total: 3300,
      amount_paid: 3300,
      amount_remaining: 0,
      customer: at.customer,
      billing_reason: 'manual',
      parent: null,
      metadata: { order: 'ord_1' },
    })
    expect(invoice.payments?.data).toMatchObject([
      { status: 'paid', amount_paid: 3300, payment: { type: 'payment_intent', payment_intent: intent.id } },
    ])
    const byIntent = { type: 'payment_intent' as const, payment_intent: intent.id }
    expect((await stripe.invoicePayments.list({ payment: byIntent })).data).toMatchObject([
      { invoice: invoice.id },
    ])
    expect((await stripe.checkout.sessions.list({ payment_intent: intent.id })).data).toMatchObject([
      { id: session.id },
    ])
    const saved = (await stripe.customers.listPaymentMethods(at.customer)).data
    expect(saved).toMatchObject([
      { type: 'card', allow_redisplay: 'always', card: { last4: '4242', brand: 'visa' } },
    ])
  })

  it('serves the invoice page, its PDF and the receipt under links that name no id', async () => {
    const at = await scene()
    const session = await givenCheckout(at)
    await contract.submit(session.id, { amountCents: 500, source: card() })
    const { invoice } = await at.stripe.checkout.sessions.retrieve(session.id, { expand: ['invoice'] })
    if (invoice === null || typeof invoice === 'string') throw new Error('expanded')
    expect(invoice.hosted_invoice_url).not.toContain(invoice.id)
    expect((await fetch(invoice.hosted_invoice_url ?? '')).status).toBe(200)
    const pdf = await fetch(invoice.invoice_pdf ?? '')
    expect(pdf.headers.get('content-type')).toBe('application/pdf')
    expect(
      Buffer.from(await pdf.arrayBuffer())
        .subarray(0, 5)
        .toString(),
    ).toBe('%PDF-')
  })

  it.each([
    [499, 'amount'],
    [100_001, 'amount'],
    [null, 'amount'],
  ])('refuses to charge %s cents', async (amountCents, field) => {
    const session = await givenCheckout(await scene())
    const outcome = await contract.submit(session.id, { amountCents, source: card() })
    expect(outcome).toMatchObject({ kind: 'invalid', field })
  })

  it.each([
    ['a number that is none', { number: '4242424242424241' }, 'number'],
    ['a card of last year', { expYear: 2020 }, 'expiry'],
    ['half a security code', { cvc: '12' }, 'cvc'],
  ])('refuses %s', async (_, wrong, field) => {
    const session = await givenCheckout(await scene())
    const outcome = await contract.submit(session.id, { amountCents: 500, source: { ...card(), ...wrong } })
    expect(outcome).toMatchObject({ kind: 'invalid', field })
  })

  it.each([
    ['4000000000000002', 'card_declined', 'generic_decline'],
    ['4000000000009995', 'card_declined', 'insufficient_funds'],
    ['4000000000009987', 'card_declined', 'lost_card'],
    ['4000000000000069', 'expired_card', null],
    ['4000000000000127', 'incorrect_cvc', null],
    ['4000000000000119', 'processing_error', null],
    ['4000000000000341', 'card_declined', 'generic_decline'],
    ['4100000000000019', 'card_declined', 'fraudulent'],
    ['4111111111111111', 'card_declined', 'test_mode_live_card'],
  ])('declines %s with %s and leaves the session open', async (number, code, declineCode) => {
    const at = await scene()
    const session = await givenCheckout(at)
    const outcome = await contract.submit(session.id, { amountCents: 500, source: card(number) })
    expect(outcome).toMatchObject({ kind: 'declined', code, declineCode })
    const after = await at.stripe.checkout.sessions.retrieve(session.id, { expand: ['payment_intent'] })
    expect(after).toMatchObject({
      status: 'open',
      payment_status: 'unpaid',
      payment_intent: { status: 'requires_payment_method', last_payment_error: { code } },
    })
    expect(await contract.submit(session.id, { amountCents: 600, source: card() })).toMatchObject({
      kind: 'complete',
    })
    const paid = await at.stripe.checkout.sessions.retrieve(session.id, { expand: ['payment_intent'] })
    expect(paid.payment_intent).toMatchObject({ status: 'succeeded', amount_received: 600 })
  })

  it('asks the customer where the bank does, and charges only after the answer was yes', async () => {
    const at = await scene()
    const session = await givenCheckout(at)
    const pay = { amountCents: 500, source: card('4000000000003220') }
    expect(await contract.submit(session.id, { ...pay, authentication: 'approved' })).toEqual({
      kind: 'authentication_required',
    })
    expect(await contract.submit(session.id, { ...pay, authentication: 'denied' })).toMatchObject({
      kind: 'declined',
    })
    expect(await contract.submit(session.id, pay)).toEqual({ kind: 'authentication_required' })
    expect(await contract.submit(session.id, { ...pay, authentication: 'approved' })).toMatchObject({
      kind: 'complete',
    })
    expect(
      (await at.stripe.charges.list({ customer: at.customer })).data.filter((charge) => charge.paid),
    ).toHaveLength(1)
  })

  it('makes one charge of fifty submits at once', async () => {
    const at = await scene()
    const session = await givenCheckout(at)
    const outcomes = await Promise.all(
      Array.from({ length: 50 }, () => contract.submit(session.id, { amountCents: 500, source: card() })),
    )
    expect(outcomes.filter(({ kind }) => kind === 'complete')).toHaveLength(1)
    expect(outcomes.filter(({ kind }) => kind === 'invalid')).toHaveLength(49)
    expect((await at.stripe.charges.list({ customer: at.customer })).data).toHaveLength(1)
    expect((await at.stripe.invoices.list({ customer: at.customer })).data).toHaveLength(1)
  })

  it('saves a card only when asked, as unshown where a later charge needs it, and takes a saved one', async () => {
    const at = await scene()
    const { stripe, customer } = at
    const plain = await givenCheckout(at)
    await contract.submit(plain.id, { amountCents: 500, source: card() })
    expect((await stripe.customers.listPaymentMethods(customer)).data).toEqual([])
    const later = await givenCheckout(at, { payment_intent_data: { setup_future_usage: 'off_session' } })
    await contract.submit(later.id, { amountCents: 500, source: card('5555555555554444') })
    const [saved] = (await stripe.customers.listPaymentMethods(customer)).data
    expect(saved).toMatchObject({ allow_redisplay: 'limited', card: { brand: 'mastercard' } })
    const source = { kind: 'saved-card', paymentMethodId: saved?.id }
    const hidden = await givenCheckout(at)
    expect(await contract.submit(hidden.id, { amountCents: 500, source })).toMatchObject({ kind: 'invalid' })
    await stripe.paymentMethods.update(saved?.id ?? '', { allow_redisplay: 'always' })
    expect(await contract.submit(hidden.id, { amountCents: 500, source })).toMatchObject({ kind: 'complete' })
    const foreign = await givenCheckout(await scene())
    expect(await contract.submit(foreign.id, { amountCents: 500, source })).toMatchObject({ kind: 'invalid' })
  })

  it('makes the customer it needs for an invoice, from the e-mail address typed', async () => {
    const { stripe } = contract
    const session = await stripe.checkout.sessions.create({
      mode: 'payment',
      success_url: 'https://example.com/?s={CHECKOUT_SESSION_ID}',
      invoice_creation: { enabled: true },
      line_items: [
        { price_data: { currency: 'usd', unit_amount: 700, product_data: { name: 'Extra' } }, quantity: 1 },
      ],
    })
    expect(await contract.submit(session.id, { source: card() })).toMatchObject({
      kind: 'invalid',
      field: 'email',
    })
    const outcome = await contract.submit(session.id, { email: 'new@example.com', source: card() })
    expect(outcome).toEqual({ kind: 'complete', redirectUrl: `https://example.com/?s=${session.id}` })
    const { customer } = await stripe.checkout.sessions.retrieve(session.id, { expand: ['customer'] })
    expect(customer).toMatchObject({ object: 'customer', email: 'new@example.com' })
  })
})

describe.skipIf(AGAINST_STRIPE)('time', () => {
  it('expires an open session by itself, announces it once, and takes no payment after', async () => {
    const at = await scene()
    const { now } = await contract.control<{ now: string }>('GET', 'clock')
    const session = await givenCheckout(at, { expires_at: Math.floor(Date.parse(now) / 1000) + 1900 })
    const paid = await givenCheckout(at)
    await contract.submit(paid.id, { amountCents: 500, source: card() })
    await contract.control('POST', 'clock/advance', { seconds: 2000 })
    expect((await at.stripe.checkout.sessions.retrieve(session.id)).status).toBe('expired')
    expect((await at.stripe.checkout.sessions.retrieve(paid.id)).status).toBe('complete')
    expect(await contract.submit(session.id, { amountCents: 500, source: card() })).toMatchObject({
      kind: 'invalid',
      field: 'session',
    })
    await contract.control('POST', 'clock/advance', { seconds: 2000 })
    const { data } = await at.stripe.events.list({ type: 'checkout.session.expired', limit: 100 })
    expect(data.filter(({ data: { object } }) => 'id' in object && object.id === session.id)).toHaveLength(1)
  })

  it('moves with a test clock, which takes everything else along', async () => {
    const { stripe } = contract
    const { now } = await contract.control<{ now: string }>('GET', 'clock')
    const start = Math.floor(Date.parse(now) / 1000)
    const clock = await stripe.testHelpers.testClocks.create({ frozen_time: start })
    const session = await givenCheckout(await scene())
    const target = start + 30 * 86_400
    expect(await stripe.testHelpers.testClocks.advance(clock.id, { frozen_time: target })).toMatchObject({
      status: 'advancing',
    })
    await expect
      .poll(async () => (await stripe.testHelpers.testClocks.retrieve(clock.id)).status, { timeout: 10_000 })
      .toBe('ready')
    expect((await stripe.checkout.sessions.retrieve(session.id)).status).toBe('expired')
    const after = await contract.control<{ now: string }>('GET', 'clock')
    expect(Date.parse(after.now) / 1000).toBeGreaterThanOrEqual(target)
  })
})

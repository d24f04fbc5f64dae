import type Stripe from 'stripe'
import { beforeAll, describe, expect, it } from 'vitest'
import { AGAINST_STRIPE, useStripeContract } from '@/lib/testing/use-stripe-contract'
import { givenCheckout, givenCreditsPrice, givenCustomer, refusal } from './scenes'

const contract = useStripeContract()
let customer: string
let price: string

beforeAll(async () => {
  customer = (await givenCustomer(contract.stripe)).id
  price = (await givenCreditsPrice(contract.stripe)).id
})

const checkout = (more: object) => refusal(givenCheckout({ stripe: contract.stripe, customer, price }, more))

describe('who may ask', () => {
  it.each([
    ['no key', { authorization: '' }],
    ['a key of no known shape', { authorization: 'Bearer nonsense' }],
    ['a live key', { authorization: 'Bearer sk_live_abcdefghijklmnop' }],
  ])('answers 401 to %s, in the envelope', async (_, headers) => {
    const response = await contract.send('GET', '/v1/customers', undefined, headers)
    expect(response.status).toBe(401)
    expect(await response.json()).toMatchObject({ error: { type: 'invalid_request_error' } })
  })

  it('never repeats a whole key', async () => {
    const response = await contract.send('GET', '/v1/customers', undefined, {
      authorization: 'Bearer sk_tset_secretsecretsecret',
    })
    expect(await response.text()).not.toContain('secretsecretsecret')
  })

  it.skipIf(AGAINST_STRIPE)('refuses another API version, and a host that is not this machine', async () => {
    const other = await contract.send('GET', '/v1/customers', undefined, { 'stripe-version': '2024-06-20' })
    expect(other.status).toBe(400)
    const { hostname, port } = new URL(contract.url)
    const { request } = await import('node:http')
    const status = await new Promise((resolve) =>
      request({ host: hostname, port, path: '/v1/customers', headers: { host: 'evil.example' } }, (answer) =>
        resolve(answer.statusCode),
      ).end(),
    )
    expect(status).toBe(403)
  })
})

describe('what is asked', () => {
  it('answers 404 in the envelope to a route that does not exist, so that the SDK sees an error', async () => {
    expect(await refusal(contract.stripe.rawRequest('GET', '/v1/nonsense'))).toMatchObject({
      statusCode: 404,
    })
  })

  it('answers 404 resource_missing to an id that does not exist', async () => {
    expect(await refusal(contract.stripe.customers.retrieve('cus_nonsense'))).toMatchObject({
      statusCode: 404,
      code: 'resource_missing',
      param: 'id',
    })
  })

  it.each([
    ['an unknown parameter', 'nonsense=1', { code: 'parameter_unknown', param: 'nonsense' }],
    [
      'an unknown nested parameter',
      'address[planet]=earth',
      { code: 'parameter_unknown', param: 'address[planet]' },
    ],
    ['a map where a text belongs', 'name[first]=Ada', { param: 'name' }],
    ['a text where a map belongs', 'address=earth', { param: 'address' }],
    ['an invalid e-mail', 'email=nonsense', { code: 'email_invalid', param: 'email' }],
  ])('refuses %s', async (_, body, error) => {
    const response = await contract.send('POST', '/v1/customers', body)
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ error: { type: 'invalid_request_error', ...error } })
  })

  it('refuses a missing parameter, a wrong enum and a wrong integer', async () => {
    const { stripe } = contract
    expect(await refusal(stripe.prices.create({ unit_amount: 5 } as Stripe.PriceCreateParams))).toMatchObject(
      {
        code: 'parameter_missing',
        param: 'currency',
      },
    )
    expect(await checkout({ redirect_on_completion: 'nver' })).toMatchObject({
      param: 'redirect_on_completion',
    })
    expect(await refusal(stripe.paymentIntents.create({ amount: 10.5, currency: 'usd' }))).toMatchObject({
      code: 'parameter_invalid_integer',
      param: 'amount',
    })
  })

  it('takes nested maps and lists, merges metadata, and unsets with an empty text', async () => {
    const { stripe } = contract
    const made = await stripe.customers.create({
      name: 'Ada',
      metadata: { a: '1', b: '2' },
      address: { city: 'Berlin', country: 'DE' },
      preferred_locales: ['de', 'en'],
    })
    expect(made).toMatchObject({ address: { city: 'Berlin', line1: null }, preferred_locales: ['de', 'en'] })
    const changed = await stripe.customers.update(made.id, { name: '', metadata: { a: '', c: '3' } })
    expect(changed.name).toBeNull()
    expect(changed.metadata).toEqual({ b: '2', c: '3' })
  })
})

describe('expansion', () => {
  it('refuses a path that leads nowhere and one of more than four levels', async () => {
    const { stripe } = contract
    expect(await refusal(stripe.customers.retrieve(customer, { expand: ['nonsense'] }))).toMatchObject({
      statusCode: 400,
    })
    expect(
      await refusal(stripe.invoices.list({ expand: ['data.payments.data.payment.payment_intent'] })),
    ).toMatchObject({
      statusCode: 400,
    })
  })

  it('leaves out what has to be asked for, and follows ids through lists', async () => {
    const { stripe } = contract
    const session = await givenCheckout({ stripe, customer, price })
    expect(session.line_items).toBeUndefined()
    const full = await stripe.checkout.sessions.retrieve(session.id, {
      expand: ['customer', 'line_items.data.price.product'],
    })
    expect(full.customer).toMatchObject({ id: customer, object: 'customer' })
    expect(full.line_items?.data[0]?.price?.product).toMatchObject({ object: 'product', name: 'Credits' })
  })
})

describe('what this version removed or forbids', () => {
  it('refuses payment_method_types by name', async () => {
    const error = {
      statusCode: 400,
      code: 'payment_method_types_no_longer_supported',
      param: 'payment_method_types',
    }
    expect(await checkout({ payment_method_types: ['card'] })).toMatchObject(error)
    const params = { amount: 500, currency: 'usd', payment_method_types: ['card'] }
    expect(await refusal(contract.stripe.paymentIntents.create(params))).toMatchObject(error)
  })

  it.each(['hosted', 'embedded', 'custom'])('refuses the old ui_mode %s', async (mode) => {
    expect(await checkout({ ui_mode: mode })).toMatchObject({ statusCode: 400, param: 'ui_mode' })
  })

  it.each([
    ['success_url with an embedded page', { success_url: 'https://example.com/' }, 'success_url'],
    ['cancel_url with an embedded page', { cancel_url: 'https://example.com/' }, 'cancel_url'],
    ['an embedded page without return_url', { return_url: undefined }, 'return_url'],
    ['return_url with a hosted page', { ui_mode: 'hosted_page' }, 'return_url'],
    ['return_url where nothing ever returns', { redirect_on_completion: 'never' }, 'return_url'],
    ['a return_url that is none', { return_url: 'nonsense' }, 'return_url'],
    ['customer and customer_email together', { customer_email: 'a@example.com' }, 'customer_email'],
    ['no line items', { line_items: undefined }, 'line_items'],
    ['expiry within 30 minutes', { expires_at: Math.floor(Date.now() / 1000) + 60 }, 'expires_at'],
    ['expiry after 24 hours', { expires_at: Math.floor(Date.now() / 1000) + 90_000 }, 'expires_at'],
  ])('refuses %s', async (_, more, param) => {
    expect(await checkout(more)).toMatchObject({ statusCode: 400, param })
  })

  it('keeps an amount typed by the customer to one line, quantity 1, stored prices and no discounts', async () => {
    const { stripe } = contract
    expect(await checkout({ line_items: [{ price, quantity: 2 }] })).toMatchObject({ statusCode: 400 })
    expect(await checkout({ allow_promotion_codes: true })).toMatchObject({ statusCode: 400 })
    const other = {
      price_data: { currency: 'usd', unit_amount: 500, product_data: { name: 'Extra' } },
      quantity: 1,
    }
    expect(await checkout({ line_items: [{ price, quantity: 1 }, other] })).toMatchObject({ statusCode: 400 })
    const inline = { currency: 'usd', product_data: { name: 'Own' }, custom_unit_amount: { enabled: true } }
    expect(await checkout({ line_items: [{ price_data: inline, quantity: 1 }] })).toMatchObject({
      statusCode: 400,
    })
    const product = (await stripe.products.create({ name: 'Plan' })).id
    expect(
      await refusal(
        stripe.prices.create({
          currency: 'usd',
          product,
          custom_unit_amount: { enabled: true },
          recurring: { interval: 'month' },
        }),
      ),
    ).toMatchObject({ statusCode: 400 })
  })
})

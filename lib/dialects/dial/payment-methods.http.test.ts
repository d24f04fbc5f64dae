import { describe, expect, it } from 'vitest'
import { createApiKey } from '@/lib/core/api-keys/create-api-key'
import { ensureCustomer } from '@/lib/core/customers/ensure-customer'
import { makeContext } from '@/lib/server/container'
import { openBrowserSession } from '@/lib/testing/browser-session'
import { addPerson, type TestPerson } from '@/lib/testing/person'
import { readDialAnswer } from '@/lib/testing/read-dial-answer'
import { BILLING, useDial } from '@/lib/testing/use-dial'
import { billingResponse } from './contract'
import { invoiceResponse } from './invoice-routes'
import { defaultResponse, paymentMethodCheckoutResponse, removedResponse } from './payment-method-contract'

const METHODS = `${BILLING}/payment-methods`
const INVOICES = `${BILLING}/invoices`
const dial = useDial()

type Customer = Readonly<{ person: TestPerson; customerId: string }>

async function openCustomer(): Promise<Customer> {
  const person = await addPerson(dial.container())
  const ctx = await makeContext(dial.container(), person.actor, 'req_test')
  return { person, customerId: await ensureCustomer(ctx, null) }
}

async function saveCard({ customerId }: Customer): Promise<string> {
  await dial.stripe.advance(1)
  return (await dial.stripe.client.paymentMethods.attach('pm_card_visa', { customer: customerId })).id
}

const remove = async ({ person }: Customer, id: string, init: RequestInit = {}) =>
  dial.call(`${METHODS}/${id}`, { method: 'DELETE', ...init }, person.key)
const choose = async ({ person }: Customer, id: string, method = 'PUT') =>
  dial.call(`${METHODS}/${id}/default`, { method }, person.key)
const removed = async (response: Response) => readDialAnswer(response, removedResponse)
const chosen = async (response: Response) => readDialAnswer(response, defaultResponse)

async function cardsOf({ person }: Customer) {
  const response = await dial.call(BILLING, {}, person.key)
  const { paymentMethods } = billingResponse.parse(await response.json())
  return paymentMethods.map(({ id, isDefault }) => [id, isDefault])
}

async function usageKey(person: TestPerson): Promise<string> {
  const ctx = await makeContext(dial.container(), person.actor, 'req_test')
  const pepper = dial.container().env.API_KEY_PEPPER
  return (await createApiKey(ctx, { name: 'reads only', scopes: ['billing:read'], pepper })).key
}

/** Spelt as a path could be; none is a payment method of the account. */
const WRONG_IDS = [
  'pm_unknown',
  'pm',
  'x',
  '%20',
  'cus_1',
  'pm_1%2Fdetach',
  '..%2F..%2Fcustomers',
  'pm_%00',
  `pm_${'a'.repeat(300)}`,
  '%ED%A0%80',
  '%',
  '%zz',
]

describe('DELETE /api/v1/billing/payment-methods/{id}', () => {
  it('removes a card; the next becomes the default, and a repeat is told the same', async () => {
    const customer = await openCustomer()
    const [first, second] = [await saveCard(customer), await saveCard(customer)]
    await choose(customer, first)
    for (let turn = 0; turn < 2; turn++) {
      expect(await removed(await remove(customer, first))).toEqual({ status: 200, body: { removed: true } })
      expect(await cardsOf(customer)).toEqual([[second, true]])
    }
  })

  it('is 404 for a foreign card, which stays, and for whatever else is no card of the account', async () => {
    const [mine, theirs] = [await openCustomer(), await openCustomer()]
    const foreign = await saveCard(theirs)
    await dial.stripe.forgetRequests()
    for (const id of [foreign, ...WRONG_IDS]) {
      const { status, body } = await removed(await remove(mine, id))
      expect({ id, status, body }).toMatchObject({ id, status: 404, body: { error: expect.any(String) } })
    }
    expect((await dial.stripe.requests()).filter(({ path }) => path.includes('detach'))).toEqual([])
    expect(await cardsOf(theirs)).toHaveLength(1)
  })

  it('is 401 without a good key, and 403 with one that may not write; both change nothing', async () => {
    const customer = await openCustomer()
    const card = await saveCard(customer)
    expect(
      (await removed(await dial.call(`${METHODS}/${card}`, { method: 'DELETE' }, 'sk_live_x'))).status,
    ).toBe(401)
    const key = await usageKey(customer.person)
    expect((await removed(await dial.call(`${METHODS}/${card}`, { method: 'DELETE' }, key))).status).toBe(403)
    expect(await cardsOf(customer)).toHaveLength(1)
  })

  it('takes a session from our own pages only', async () => {
    const customer = await openCustomer()
    const card = await saveCard(customer)
    const browser = openBrowserSession(dial.appUrl())
    await browser.signIn(customer.person)
    const request = (site: string) =>
      browser.request(`${METHODS}/${card}`, { method: 'DELETE', headers: { 'sec-fetch-site': site } })
    expect((await removed(await request('cross-site'))).status).toBe(403)
    expect(await cardsOf(customer)).toHaveLength(1)
    expect((await removed(await request('same-origin'))).status).toBe(200)
    expect(await cardsOf(customer)).toEqual([])
  })

  it('is 503 with a time to come back while Stripe is down, and works afterwards', async () => {
    const customer = await openCustomer()
    const card = await saveCard(customer)
    await dial.cut('stripe')
    for (const response of [await remove(customer, card), await choose(customer, card)]) {
      expect((await removed(response)).status).toBe(503)
      expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0)
    }
    await dial.mend('stripe')
    expect(await cardsOf(customer)).toHaveLength(1)
    expect((await removed(await remove(customer, card))).status).toBe(200)
  })

  it.each(['GET', 'POST', 'PUT', 'PATCH'])('is 405 for %s', async (method) => {
    const response = await dial.call(`${METHODS}/pm_1`, { method })
    expect((await removed(response)).status).toBe(405)
    expect(response.headers.get('allow')).toBe('DELETE')
  })
})

describe('PUT /api/v1/billing/payment-methods/{id}/default', () => {
  it.each(['PUT', 'POST'])('makes a saved card the default by %s, and again', async (method) => {
    const customer = await openCustomer()
    const [first, second] = [await saveCard(customer), await saveCard(customer)]
    for (const id of [first, first, second]) {
      expect(await chosen(await choose(customer, id, method))).toEqual({
        status: 200,
        body: { id, isDefault: true },
      })
      expect((await cardsOf(customer))[0]).toEqual([id, true])
    }
  })

  it('is 404 for a foreign card and for whatever else is no card of the account', async () => {
    const [mine, theirs] = [await openCustomer(), await openCustomer()]
    const foreign = await saveCard(theirs)
    for (const id of [foreign, ...WRONG_IDS]) {
      expect({ id, status: (await chosen(await choose(mine, id))).status }).toEqual({ id, status: 404 })
    }
  })

  it('is 401 without a good key, 403 with one that may not write, and 405 for GET', async () => {
    const customer = await openCustomer()
    const path = `${METHODS}/${await saveCard(customer)}/default`
    expect((await chosen(await dial.call(path, { method: 'PUT' }, 'sk_live_x'))).status).toBe(401)
    expect(
      (await chosen(await dial.call(path, { method: 'PUT' }, await usageKey(customer.person)))).status,
    ).toBe(403)
    expect((await chosen(await dial.call(path, {}, customer.person.key))).status).toBe(405)
  })
})

describe('GET /api/v1/billing/invoices/{invoiceId}', () => {
  const get = async (id: string, key: string) => dial.call(`${INVOICES}/${id}`, {}, key)

  it('answers with the links of an own invoice, none of them while it is a draft', async () => {
    const { person, customerId } = await openCustomer()
    const { invoices, invoiceItems } = dial.stripe.client
    const draft = await invoices.create({ customer: customerId, auto_advance: false })
    expect(await readDialAnswer(await get(draft.id, person.key), invoiceResponse)).toEqual({
      status: 200,
      body: { hostedInvoiceUrl: null, invoicePdf: null },
    })
    await invoiceItems.create({ customer: customerId, invoice: draft.id, amount: 500, currency: 'usd' })
    await invoices.finalizeInvoice(draft.id)
    const { status, body } = await readDialAnswer(await get(draft.id, person.key), invoiceResponse)
    expect(status).toBe(200)
    const links = invoiceResponse.parse(body)
    for (const link of Object.values(links)) expect((await fetch(link ?? '')).status).toBe(200)
  })

  it('is 404 for a foreign invoice, and for whatever else is no invoice of the account', async () => {
    const [mine, theirs] = [await openCustomer(), await openCustomer()]
    const foreign = await dial.stripe.client.invoices.create({ customer: theirs.customerId })
    const ids = [
      foreign.id,
      'in_unknown',
      'in_',
      'x',
      mine.customerId,
      'in_1%2Fpay',
      '..%2Fcustomers',
      'in_%00',
      `in_${'a'.repeat(300)}`,
    ]
    for (const id of ids) {
      const { status, body } = await readDialAnswer(await get(id, mine.person.key), invoiceResponse)
      expect({ id, status, body }).toMatchObject({ id, status: 404, body: { error: expect.any(String) } })
    }
  })

  it('is 401 without a good key, 503 while Stripe is down, and 405 for anything but GET', async () => {
    const { person } = await openCustomer()
    expect((await readDialAnswer(await get('in_1', 'sk_live_x'), invoiceResponse)).status).toBe(401)
    await dial.cut('stripe')
    const response = await get('in_1', person.key)
    expect((await readDialAnswer(response, invoiceResponse)).status).toBe(503)
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0)
    await dial.mend('stripe')
    const posted = await dial.call(`${INVOICES}/in_1`, { method: 'POST' }, person.key)
    expect((await readDialAnswer(posted, invoiceResponse)).status).toBe(405)
  })
})

describe('POST /api/v1/billing/checkout/payment-method', () => {
  const CHECKOUT = `${BILLING}/checkout/payment-method`
  const post = async (body: string, headers: Record<string, string> = {}, key = dial.ada().key) => {
    await dial.freshCheckoutBucket()
    return dial.call(
      CHECKOUT,
      { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } },
      key,
    )
  }
  const answer = async (response: Response) => readDialAnswer(response, paymentMethodCheckoutResponse)

  it('opens a Checkout in which a card is saved, which then is the default', async () => {
    const { status, body } = await answer(await post(''))
    expect(status).toBe(200)
    const { clientSecret } = paymentMethodCheckoutResponse.parse(body)
    expect(await dial.stripe.pay(clientSecret.split('_secret_', 1)[0] ?? '', { cents: null })).toMatchObject({
      kind: 'complete',
    })
    const billing = billingResponse.parse(await (await dial.call(BILLING)).json())
    expect(billing.paymentMethods).toMatchObject([{ type: 'card', last4: '4242' }])
    expect(billing.balanceCents).toBe(500)
  })

  it('takes a return URL of an allowed origin, and ignores what it does not know', async () => {
    for (const body of ['{}', '{"x":1}', '{"returnUrl":"https://partner.example/back"}']) {
      expect((await answer(await post(body))).status).toBe(200)
    }
  })

  it.each([
    '{',
    'null',
    '[]',
    '"x"',
    '{"returnUrl":5}',
    '{"returnUrl":""}',
    '{"returnUrl":"https://evil.example"}',
    '{"returnUrl":"javascript:alert(1)"}',
    '{"returnUrl":"/\\u0000"}',
  ])('is 400 for %s', async (body) => {
    expect((await answer(await post(body))).status).toBe(400)
  })

  it('is 400 for an Idempotency-Key that is none', async () => {
    expect((await answer(await post('{}', { 'idempotency-key': 'a b' }))).status).toBe(400)
  })

  it('is 401 without a good key, 403 with one that may not write, and 405 for GET', async () => {
    expect((await answer(await post('{', {}, 'sk_live_x'))).status).toBe(401)
    expect((await answer(await post('{', {}, await usageKey(dial.ada())))).status).toBe(403)
    expect((await answer(await dial.call(CHECKOUT))).status).toBe(405)
  })

  it('is 503 with a time to come back while Stripe is down', async () => {
    await dial.cut('stripe')
    const response = await post('{}')
    expect((await answer(response)).status).toBe(503)
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0)
  })
})

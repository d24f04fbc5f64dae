import { parse } from 'lossless-json'
import { afterEach, describe, expect, it } from 'vitest'
import type { z } from 'zod'
import { createApiKey } from '@/lib/core/api-keys/create-api-key'
import { addBuyer, type Buyer } from '@/lib/testing/buyer'
import { chargesOf, saveCard } from '@/lib/testing/purchases'
import { buyOne, subscribe } from '@/lib/testing/subscriptions'
import { useDial } from '@/lib/testing/use-dial'
import {
  disabledResponse,
  historyResponse,
  paymentMethodsResponse,
  settingsResponse,
  testedResponse,
  updatedSettingsResponse,
} from './auto-topup-contract'
import { errorResponse } from './contract'
import { wireNumber } from './json'

const BASE = '/api/v1/auto-topup'
const SETTINGS = `${BASE}/settings`
const TEST = `${BASE}/test`
const HISTORY = `${BASE}/history`
const DISABLE = `${BASE}/disable`
const METHODS = `${BASE}/payment-methods`
const ENDPOINTS = [
  ['GET', SETTINGS],
  ['PUT', SETTINGS],
  ['POST', DISABLE],
  ['POST', TEST],
  ['GET', HISTORY],
  ['GET', METHODS],
] as const

const product = useDial()

afterEach(async () => {
  await product.stripe.calm()
  await product.database.db.sql`delete from rate_limit`
})

/** Someone with a saved card and the welcome credit of 5.00. */
const newBuyer = (card?: string) => addBuyer(product.container(), product.stripe, card)
const charges = ({ customerId }: Buyer) => chargesOf(product.stripe, customerId)

const call = (key: string, method: string, path: string, headers: Record<string, string> = {}) =>
  product.call(path, { method, headers }, key)
const put = (key: string, body: unknown) =>
  product.call(SETTINGS, { method: 'PUT', body: typeof body === 'string' ? body : JSON.stringify(body) }, key)

/** Amounts with the digits that they were sent with; counts are plain numbers. */
const digits = (text: string) => (text.includes('.') ? wireNumber(text) : Number(text))

async function read<T extends z.ZodType>(response: Response, schema: T) {
  const text = await response.text()
  expect({ status: response.status, text }).toMatchObject({ status: 200 })
  return { text, body: schema.parse(parse(text, undefined, digits)) }
}

async function refused(response: Response) {
  const { code, details } = errorResponse.parse(await response.json())
  return details === undefined
    ? { status: response.status, code }
    : { status: response.status, code, details }
}

/** On below 1.00, so that the welcome credit is enough. */
const QUIET = { is_enabled: true, threshold_amount: 1, recharge_amount: 25 }

describe('GET /api/v1/auto-topup/settings', () => {
  it('tells what nobody has set yet', async () => {
    const { key } = await newBuyer()
    const { text } = await read(await call(key, 'GET', SETTINGS), settingsResponse)
    expect(text).toBe(
      '{"success":true,"data":{"is_enabled":false,"threshold_amount":null,"recharge_amount":null,' +
        '"scheduled_payment_enabled":false,"scheduled_amount":null,"day_of_month":null,"payment_method_id":null,' +
        '"daily_limit":500.00,"recharge_count_today":0,"last_recharge_at":null,"currency":"USD"}}',
    )
  })

  it('tells what is set, amounts with two decimals, and how today went', async () => {
    const buyer = await newBuyer()
    await read(
      await put(
        buyer.key,
        `{"is_enabled":true,"threshold_amount":10.50,"recharge_amount":8.2,"scheduled_payment_enabled":true,
          "scheduled_amount":20,"day_of_month":28,"payment_method_id":"${buyer.cardId}"}`,
      ),
      updatedSettingsResponse,
    )
    const { text, body } = await read(await call(buyer.key, 'GET', SETTINGS), settingsResponse)
    expect(text).toContain('"threshold_amount":10.50,"recharge_amount":8.20,')
    expect(text).toContain('"scheduled_amount":20.00,"day_of_month":28,')
    expect(body.data).toMatchObject({
      payment_method_id: buyer.cardId,
      recharge_count_today: 1,
      last_recharge_at: expect.stringMatching(/:\d\dZ$/) as string,
    })
    expect(await charges(buyer)).toEqual([820])
  })
})

describe('PUT /api/v1/auto-topup/settings', () => {
  it('changes what is given and keeps the rest; an empty body changes nothing', async () => {
    const { key } = await newBuyer()
    const { text } = await read(await put(key, QUIET), updatedSettingsResponse)
    expect(text).toMatch(
      /^\{"success":true,"data":\{"is_enabled":true,"threshold_amount":1\.00,"recharge_amount":25\.00,"scheduled_payment_enabled":false,"payment_method_id":null,"daily_limit":500\.00,"updated_at":"[^"]+Z"\}\}$/,
    )
    const { body } = await read(await put(key, { threshold_amount: 2.5, other: 1 }), updatedSettingsResponse)
    expect(body.data).toMatchObject({ is_enabled: true, threshold_amount: { value: '2.50' } })
    for (const empty of ['', '{}']) {
      expect((await read(await put(key, empty), updatedSettingsResponse)).body.data).toMatchObject({
        recharge_amount: { value: '25.00' },
      })
    }
  })

  it('charges at once where the balance is below the threshold by then', async () => {
    const buyer = await newBuyer()
    await read(await put(buyer.key, { ...QUIET, threshold_amount: 6 }), updatedSettingsResponse)
    expect(await charges(buyer)).toEqual([2_500])
  })

  it('switches on and stays on where the bank refuses: the history says so', async () => {
    const buyer = await newBuyer('pm_card_chargeCustomerFail')
    const { body } = await read(
      await put(buyer.key, { ...QUIET, threshold_amount: 6 }),
      updatedSettingsResponse,
    )
    expect(body.data.is_enabled).toBe(true)
    const { body: history } = await read(await call(buyer.key, 'GET', HISTORY), historyResponse)
    expect(history.data).toMatchObject([{ status: 'failed', failure_reason: 'generic_decline' }])
  })

  it.each([
    ['threshold_amount', '0.99', 'Must be from 1.00 to 1000.00'],
    ['threshold_amount', '1000.01', 'Must be from 1.00 to 1000.00'],
    ['recharge_amount', '0', 'Must be from 1.00 to 1000.00'],
    ['recharge_amount', '-1', 'Must be from 1.00 to 1000.00'],
    ['recharge_amount', '1.001', 'Must have at most two decimals'],
    ['recharge_amount', '1e2', 'Must be written without an exponent'],
    ['recharge_amount', '"25"', 'Must be a number'],
    ['recharge_amount', 'true', 'Must be a number'],
    ['recharge_amount', 'null', 'Must be a number'],
    ['recharge_amount', '99999999999999999999', 'Too large'],
    ['scheduled_amount', '0.5', 'Must be from 1.00 to 1000.00'],
  ])('is 422 for a %s of %s', async (field, literal, message) => {
    const { key } = await newBuyer()
    expect(await refused(await put(key, `{"${field}":${literal}}`))).toEqual({
      status: 422,
      code: 'VALIDATION_ERROR',
      details: { [field]: [message] },
    })
  })

  it.each(['0', '29', '1.5', '"1"', 'true', '5.0'])('is 422 for day %s', async (literal) => {
    const { key } = await newBuyer()
    const { status, details } = await refused(await put(key, `{"day_of_month":${literal}}`))
    expect({ status, fields: Object.keys(details ?? {}) }).toEqual({ status: 422, fields: ['day_of_month'] })
  })

  it('is 422 for switches that are none, and for what is switched on without being set', async () => {
    const { key } = await newBuyer()
    for (const [body, fields] of [
      [{ is_enabled: 1 }, ['is_enabled']],
      [{ scheduled_payment_enabled: 'yes' }, ['scheduled_payment_enabled']],
      [{ payment_method_id: 5 }, ['payment_method_id']],
      [{ is_enabled: true }, ['threshold_amount', 'recharge_amount']],
      [{ scheduled_payment_enabled: true }, ['scheduled_amount', 'day_of_month']],
      [{ ...QUIET, scheduled_payment_enabled: true, day_of_month: 3 }, ['scheduled_amount']],
    ] as const) {
      const answer = await refused(await put(key, body))
      expect({ ...answer, details: Object.keys(answer.details ?? {}) }).toEqual({
        status: 422,
        code: 'VALIDATION_ERROR',
        details: fields,
      })
    }
    for (const body of ['{', '[]', 'null', '5']) {
      expect(await refused(await put(key, body))).toMatchObject({ status: 422, code: 'VALIDATION_ERROR' })
    }
  })

  it('is 404 for a card of somebody else, a detached one and one that nobody has', async () => {
    const [buyer, other] = [await newBuyer(), await newBuyer()]
    const detached = await saveCard(product.stripe, buyer.customerId, 'pm_card_visa')
    await product.stripe.client.paymentMethods.detach(detached)
    for (const id of [other.cardId, detached, 'pm_none', '../x']) {
      expect(await refused(await put(buyer.key, { payment_method_id: id }))).toEqual({
        status: 404,
        code: 'PAYMENT_METHOD_NOT_FOUND',
      })
    }
  })

  it('is 422 where there is no default to charge, and 413 for a body without end', async () => {
    const buyer = await newBuyer()
    await product.stripe.client.customers.update(buyer.customerId, {
      invoice_settings: { default_payment_method: '' },
    })
    expect(await refused(await put(buyer.key, QUIET))).toEqual({ status: 422, code: 'NO_PAYMENT_METHOD' })
    expect(await refused(await put(buyer.key, `{"a":"${'x'.repeat(70_000)}"}`))).toEqual({
      status: 413,
      code: 'PAYLOAD_TOO_LARGE',
    })
  })

  it('is 503 while Stripe is away where a card must be looked up, and not where none must', async () => {
    const { key } = await newBuyer()
    await product.cut('stripe')
    expect(await refused(await put(key, QUIET))).toEqual({
      status: 503,
      code: 'PAYMENT_PROVIDER_UNAVAILABLE',
    })
    await read(await put(key, { threshold_amount: 3 }), updatedSettingsResponse)
    await read(await call(key, 'POST', DISABLE), disabledResponse)
  })

  it('is 429 for who changes it too often', async () => {
    const { key } = await newBuyer()
    const answers = await Promise.all(Array.from({ length: 40 }, () => put(key, {})))
    const limited = answers.filter(({ status }) => status === 429)
    expect(limited.length).toBeGreaterThan(0)
    for (const response of limited) {
      expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0)
      expect(await refused(response)).toEqual({ status: 429, code: 'RATE_LIMITED' })
    }
  })
})

describe('POST /api/v1/auto-topup/disable', () => {
  it('switches off and keeps what is set, any number of times', async () => {
    const { key } = await newBuyer()
    await put(key, QUIET)
    for (let turn = 0; turn < 2; turn++) {
      const { text } = await read(await call(key, 'POST', DISABLE), disabledResponse)
      expect(text).toMatch(
        /^\{"success":true,"data":\{"is_enabled":false,"threshold_amount":1\.00,"recharge_amount":25\.00,"payment_method_id":null,"updated_at":"[^"]+"\}\}$/,
      )
    }
  })

  it('is no more than that where nothing was ever set', async () => {
    const { key } = await newBuyer()
    const { body } = await read(await call(key, 'POST', DISABLE), disabledResponse)
    expect(body.data).toMatchObject({ is_enabled: false, threshold_amount: null })
  })
})

describe('POST /api/v1/auto-topup/test', () => {
  it('charges for real, and counts', async () => {
    const buyer = await newBuyer()
    await put(buyer.key, { recharge_amount: 25 })
    const { text, body } = await read(await call(buyer.key, 'POST', TEST), testedResponse)
    expect(text).toBe(
      `{"success":true,"message":"Test recharge completed successfully","data":{"amount_charged":25.00,"currency":"USD","new_balance":30.00,"transaction_id":"${body.data.transaction_id}"}}`,
    )
    expect(await charges(buyer)).toEqual([2_500])
    const { body: settings } = await read(await call(buyer.key, 'GET', SETTINGS), settingsResponse)
    expect(settings.data.recharge_count_today).toBe(1)
  })

  it('is 422 where nothing is set, in the published words', async () => {
    const { key } = await newBuyer()
    const response = await call(key, 'POST', TEST)
    expect(response.status).toBe(422)
    expect(await response.text()).toBe(
      '{"success":false,"message":"Auto topup is not configured","code":"AUTO_TOPUP_NOT_CONFIGURED"}',
    )
  })

  it('is 402 with the bank’s reason', async () => {
    const buyer = await newBuyer('pm_card_chargeCustomerFail')
    await put(buyer.key, { recharge_amount: 25 })
    expect(await refused(await call(buyer.key, 'POST', TEST))).toMatchObject({
      status: 402,
      code: 'PAYMENT_FAILED',
      details: { decline_reason: 'generic_decline' },
    })
    for (let turn = 0; turn < 2; turn++) await call(buyer.key, 'POST', TEST)
    expect(await refused(await call(buyer.key, 'POST', TEST))).toEqual({ status: 429, code: 'RATE_LIMITED' })
  })

  it('is 402 with a link where the bank wants the customer, also for the next who tries', async () => {
    const buyer = await newBuyer('pm_card_authenticationRequired')
    await put(buyer.key, { recharge_amount: 25 })
    const first = await refused(await call(buyer.key, 'POST', TEST))
    expect(first).toMatchObject({
      status: 402,
      code: 'AUTHENTICATION_REQUIRED',
      details: { url: expect.stringContaining(product.appUrl()) as string },
    })
    expect(await refused(await call(buyer.key, 'POST', TEST))).toMatchObject({
      status: 402,
      code: 'AUTHENTICATION_REQUIRED',
    })
  })

  it('is 422 over the daily limit, and 422 without a card', async () => {
    const buyer = await newBuyer()
    await put(buyer.key, { recharge_amount: 501 })
    expect(await refused(await call(buyer.key, 'POST', TEST))).toEqual({
      status: 422,
      code: 'DAILY_LIMIT_EXCEEDED',
    })
    await put(buyer.key, { recharge_amount: 25 })
    await product.stripe.client.paymentMethods.detach(buyer.cardId)
    expect(await refused(await call(buyer.key, 'POST', TEST))).toEqual({
      status: 422,
      code: 'NO_PAYMENT_METHOD',
    })
    expect(await charges(buyer)).toEqual([])
  })

  it('is 404 where the card that it names is gone', async () => {
    const buyer = await newBuyer()
    await put(buyer.key, { recharge_amount: 25, payment_method_id: buyer.cardId })
    await product.stripe.client.paymentMethods.detach(buyer.cardId)
    expect(await refused(await call(buyer.key, 'POST', TEST))).toEqual({
      status: 404,
      code: 'PAYMENT_METHOD_NOT_FOUND',
    })
  })

  it('of twenty requests with one key charges once, and answers that again', async () => {
    const buyer = await newBuyer()
    await put(buyer.key, { recharge_amount: 25 })
    const key = { 'idempotency-key': 'once' }
    const answers = await Promise.all(Array.from({ length: 20 }, () => call(buyer.key, 'POST', TEST, key)))
    for (const answer of answers.filter(({ status }) => status !== 200)) {
      expect(await refused(answer)).toMatchObject({ status: 409, code: 'REQUEST_IN_FLIGHT' })
    }
    await read(await call(buyer.key, 'POST', TEST, key), testedResponse)
    expect(await charges(buyer)).toEqual([2_500])
  })

  it('is 409 for a key that stands for something else', async () => {
    const buyer = await newBuyer()
    await put(buyer.key, { recharge_amount: 25 })
    await product.call(
      '/api/v1/credits/purchase',
      { method: 'POST', body: '{"amount":5}', headers: { 'idempotency-key': 'taken' } },
      buyer.token,
    )
    expect(await refused(await call(buyer.key, 'POST', TEST, { 'idempotency-key': 'taken' }))).toEqual({
      status: 409,
      code: 'IDEMPOTENCY_KEY_REUSED',
    })
  })

  it('is 409 while nobody knows what became of the last, and in the end one was charged', async () => {
    const buyer = await newBuyer()
    await put(buyer.key, { recharge_amount: 25 })
    await product.stripe.plan({
      requests: [
        { method: 'POST', path: '/v1/invoices/:id/pay', kind: 'reset-after', times: 50 },
        { method: 'GET', path: '/v1/invoices/:id', kind: 'reset-before', times: 50 },
      ],
    })
    const first = await refused(await call(buyer.key, 'POST', TEST, { 'idempotency-key': 'lost' }))
    expect(first).toMatchObject({ status: 409, code: 'PAYMENT_PENDING' })
    expect(await refused(await call(buyer.key, 'POST', TEST))).toEqual(first)
    await product.stripe.calm()
    await read(await call(buyer.key, 'POST', TEST, { 'idempotency-key': 'lost' }), testedResponse)
    expect(await charges(buyer)).toEqual([2_500])
  })

  it('is 409 while a subscription is active', async () => {
    const buyer = await newBuyer()
    await put(buyer.key, { recharge_amount: 25 })
    await buyOne(buyer)
    await subscribe(product.container(), product.stripe, buyer)
    expect(await refused(await call(buyer.key, 'POST', TEST))).toEqual({
      status: 409,
      code: 'SUBSCRIPTION_ACTIVE',
    })
  })

  it('is 503 while Stripe is away, and nothing is charged', async () => {
    const buyer = await newBuyer()
    await put(buyer.key, { recharge_amount: 25 })
    await product.cut('stripe')
    const response = await call(buyer.key, 'POST', TEST)
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(await refused(response)).toEqual({ status: 503, code: 'PAYMENT_PROVIDER_UNAVAILABLE' })
    await product.mend('stripe')
    expect(await charges(buyer)).toEqual([])
  })
})

describe('GET /api/v1/auto-topup/history', () => {
  it('is newest first and in pages, of which the last is short and the next is empty', async () => {
    const buyer = await newBuyer()
    await put(buyer.key, { recharge_amount: 25 })
    const ids: string[] = []
    for (let turn = 0; turn < 3; turn++) {
      const { body } = await read(await call(buyer.key, 'POST', TEST), testedResponse)
      ids.unshift(body.data.transaction_id)
      await product.stripe.advance(1)
    }
    const page = async (query: string) => {
      const { body } = await read(await call(buyer.key, 'GET', `${HISTORY}${query}`), historyResponse)
      return { ids: body.data.map(({ id }) => id), pagination: body.pagination }
    }
    const pagination = { per_page: 2, total: 3, last_page: 2 }
    expect(await page('?per_page=2')).toEqual({
      ids: ids.slice(0, 2),
      pagination: { ...pagination, current_page: 1 },
    })
    expect(await page('?per_page=2&page=2')).toEqual({
      ids: ids.slice(2),
      pagination: { ...pagination, current_page: 2 },
    })
    expect(await page('?per_page=2&page=3')).toEqual({
      ids: [],
      pagination: { ...pagination, current_page: 3 },
    })
    expect((await page('')).pagination).toEqual({ current_page: 1, per_page: 25, total: 3, last_page: 1 })
    const { text } = await read(await call(buyer.key, 'GET', HISTORY), historyResponse)
    expect(text).toContain(
      `"trigger":"test","status":"succeeded","payment_method_id":"${buyer.cardId}","created_at":"`,
    )
    expect(text).toContain('"balance_before":55.00,"balance_after":80.00,')
  })

  it('has one page where nothing happened', async () => {
    const { key } = await newBuyer()
    const { body } = await read(await call(key, 'GET', HISTORY), historyResponse)
    expect(body).toEqual({
      success: true,
      data: [],
      pagination: { current_page: 1, per_page: 25, total: 0, last_page: 1 },
    })
  })

  it.each([
    'per_page=0',
    'per_page=101',
    'per_page=ten',
    'per_page=1.5',
    'page=0',
    'page=-1',
    'page=9999999',
    'page=1&page=2',
  ])('is 422 for %s', async (query) => {
    const { key } = await newBuyer()
    const { status, code, details } = await refused(await call(key, 'GET', `${HISTORY}?${query}`))
    expect({ status, code }).toEqual({ status: 422, code: 'VALIDATION_ERROR' })
    expect(Object.keys(details ?? {})).toEqual([query.split('=', 1)[0]])
  })
})

describe('GET /api/v1/auto-topup/payment-methods', () => {
  it('lists the saved cards, the default first', async () => {
    const buyer = await newBuyer()
    await product.stripe.advance(1)
    const second = await saveCard(product.stripe, buyer.customerId, 'pm_card_mastercard')
    const { body } = await read(await call(buyer.key, 'GET', METHODS), paymentMethodsResponse)
    expect(body.data).toMatchObject([
      { id: buyer.cardId, type: 'card', card: { brand: 'visa', last4: '4242' }, is_default: true },
      { id: second, card: { brand: 'mastercard' }, is_default: false },
    ])
  })

  it('is 503 while Stripe is away', async () => {
    const { key } = await newBuyer()
    await product.cut('stripe')
    expect(await refused(await call(key, 'GET', METHODS))).toMatchObject({ status: 503 })
  })
})

describe.each(ENDPOINTS)('%s %s', (method, path) => {
  it('is 401 without a good key, 403 for another kind of credential, before the body is looked at', async () => {
    const buyer = await newBuyer()
    const body = method === 'PUT' ? { body: '{' } : {}
    for (const key of ['', 'none', `${buyer.key}x`]) {
      const response = await product.call(path, { method, ...body }, key)
      expect(response.headers.get('www-authenticate')).toBe('Bearer')
      expect(await refused(response)).toEqual({ status: 401, code: 'UNAUTHENTICATED' })
    }
    expect(await refused(await product.call(path, { method, ...body }, buyer.token))).toEqual({
      status: 403,
      code: 'FORBIDDEN',
    })
  })

  it('is for keys with the scope that it needs', async () => {
    const buyer = await newBuyer()
    const pepper = product.container().env.API_KEY_PEPPER
    const needed = method === 'GET' ? 'billing:read' : 'billing:write'
    for (const scope of ['billing:read', 'billing:write', 'usage:write'] as const) {
      const { key } = await createApiKey(await buyer.context(), { name: 'k', scopes: [scope], pepper })
      const { status } = await call(key, method, path)
      expect(status === 403, scope).toBe(scope !== needed)
    }
  })

  it('is 405 for other methods', async () => {
    const { key } = await newBuyer()
    const allowed = ENDPOINTS.filter(([, known]) => known === path).map(([known]) => known)
    for (const other of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'].filter(
      (name) => !allowed.some((known) => known === name),
    )) {
      const response = await call(key, other, path)
      expect(response.headers.get('allow')).toBe(allowed.join(', '))
      expect(await refused(response)).toEqual({ status: 405, code: 'METHOD_NOT_ALLOWED' })
    }
  })
})

it('answers 503 to every endpoint while the database is down', async () => {
  const { key } = await newBuyer()
  await product.cut('database')
  const answers = await Promise.all(ENDPOINTS.map(([method, path]) => call(key, method, path)))
  for (const answer of answers) {
    expect(await refused(answer)).toEqual({ status: 503, code: 'SERVICE_UNAVAILABLE' })
  }
})

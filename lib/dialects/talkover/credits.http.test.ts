import { readFileSync } from 'node:fs'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { recordUsage } from '@/lib/core/usage/record-usage'
import { usd } from '@/lib/kit/money'
import { addBuyer, type Buyer } from '@/lib/testing/buyer'
import { chargesOf, saveCard } from '@/lib/testing/purchases'
import { buyOne, subscribe } from '@/lib/testing/subscriptions'
import { useDial } from '@/lib/testing/use-dial'
import { errorResponse } from './contract'
import { balanceResponse, purchaseResponse } from './credits-contract'
import { losslessJson } from './json'

const PURCHASE = '/api/v1/credits/purchase'
const BALANCE = '/api/v1/credits/balance'
const product = useDial()

/** Someone who has bought nothing yet, and has their welcome credit of 5.00. */
const newBuyer = (card?: string) => addBuyer(product.container(), product.stripe, card)
const send = (token: string, body: unknown, headers: Record<string, string> = {}) =>
  product.call(
    PURCHASE,
    {
      method: 'POST',
      body: typeof body === 'string' ? body : JSON.stringify(body),
      headers: { 'content-type': 'application/json', ...headers },
    },
    token,
  )

type Refused = Readonly<{ status: number; body: z.infer<typeof errorResponse> }>

async function refusal(response: Response): Promise<Refused> {
  return { status: response.status, body: errorResponse.parse(await response.json()) }
}

async function fieldsAgainst(token: string, body: unknown): Promise<Refused['body']['details']> {
  const { status, body: shown } = await refusal(await send(token, body))
  expect({ status, code: shown.code }).toEqual({ status: 422, code: 'VALIDATION_ERROR' })
  return shown.details
}

async function bought(response: Response) {
  const text = await response.text()
  expect({ status: response.status, text }).toMatchObject({ status: 200 })
  return { text, ...purchaseResponse.parse(losslessJson.parse(text)).data }
}

const charges = ({ customerId }: Buyer) => chargesOf(product.stripe, customerId)

afterEach(async () => {
  await product.stripe.calm()
  await product.freshCheckoutBucket()
})

describe('POST /api/v1/credits/purchase', () => {
  let ada: Buyer

  beforeAll(async () => {
    ada = await newBuyer()
  })

  it('answers the published request with the published success, amounts with two decimals', async () => {
    const buyer = await newBuyer()
    const { text, transaction_id: id } = await bought(
      await send(buyer.token, { ...published.request, payment_method_id: buyer.cardId }),
    )
    expect(text).toBe(
      `{"success":true,"data":{"amount_charged":100.00,"currency":"USD","new_balance":105.00,"transaction_id":"${id}"}}`,
    )
    expect(shapeOf(JSON.parse(text))).toEqual(shapeOf(published.response.body))
    expect(await charges(buyer)).toEqual([10_000])
  })

  it('charges the default where no method is named, and the balance shows it at once', async () => {
    const buyer = await newBuyer()
    const { new_balance: balance } = await bought(await send(buyer.token, '{"amount":8.20,"other":1}'))
    expect(balance.value).toBe('13.20')
    expect(await charges(buyer)).toEqual([820])
    const shown = await product.call(BALANCE, {}, buyer.token)
    expect(await shown.text()).toContain('"balance":13.20,')
  })

  it('says of a declined card what is published, byte for byte', async () => {
    const buyer = await newBuyer('pm_card_chargeCustomerFail')
    const response = await send(buyer.token, { amount: 10 })
    expect(response.status).toBe(published.declined.status)
    expect(await response.text()).toBe(JSON.stringify(published.declined.body))
    expect(await charges(buyer)).toEqual([])
  })

  it('is 402 with a link where the bank asks for the customer', async () => {
    const buyer = await newBuyer('pm_card_authenticationRequired')
    const { status, body } = await refusal(await send(buyer.token, { amount: 10 }))
    expect({ status, code: body.code }).toEqual({ status: 402, code: 'AUTHENTICATION_REQUIRED' })
    expect(body.details).toMatchObject({
      url: expect.stringContaining(product.appUrl()) as string,
      transaction_id: expect.stringMatching(/^ord_/) as string,
    })
    expect(await charges(buyer)).toEqual([])
  })

  it.each([
    ['0', 'The amount must be at least 0.50 USD.'],
    ['-5', 'The amount must be at least 0.50 USD.'],
    ['0.49', 'The amount must be at least 0.50 USD.'],
    ['10000.01', 'The amount must be at most 10,000.00 USD.'],
    ['999999999999', 'The amount must be at most 10,000.00 USD.'],
    [`1${'0'.repeat(300)}`, 'Too large'],
    ['10.001', 'Must have at most two decimals'],
    ['10.000', 'Must have at most two decimals'],
    ['1e1', 'Must be written without an exponent'],
    ['1e400', 'Must be written without an exponent'],
    ['"10"', 'Must be a number'],
    ['null', 'Must be a number'],
    ['true', 'Must be a number'],
    ['[10]', 'Must be a number'],
    ['{}', 'Must be a number'],
  ])('is 422 for the amount %s', async (literal, message) => {
    expect(await fieldsAgainst(ada.token, `{"amount":${literal}}`)).toEqual({ amount: [message] })
  })

  it('is 422 without an amount, and for a method that is no text', async () => {
    expect(await fieldsAgainst(ada.token, {})).toEqual({ amount: ['Must be a number'] })
    for (const wrong of [5, null, '', []]) {
      expect(
        Object.keys((await fieldsAgainst(ada.token, { amount: 5, payment_method_id: wrong })) ?? {}),
      ).toEqual(['payment_method_id'])
    }
  })

  it.each([
    '{',
    '{"amount":NaN}',
    '{"amount":Infinity}',
    '{"amount":1,"amount":2}',
    '{}{}',
    '['.repeat(30_000),
  ])('is 422 for a body that is no JSON', async (body) => {
    expect(await fieldsAgainst(ada.token, body)).toEqual({ request: ['The body is not valid JSON'] })
  })

  it.each(['null', '[]', '5', '"text"'])('is 422 for the body %s, which is no object', async (body) => {
    expect(await fieldsAgainst(ada.token, body)).toHaveProperty('request')
  })

  it('reads JSON whatever the content type says', async () => {
    const response = await send(ada.token, { amount: 0.5 }, { 'content-type': 'text/plain' })
    expect((await bought(response)).amount_charged.value).toBe('0.50')
  })

  it('is 404 for a card of somebody else, a detached one and one that nobody has', async () => {
    const other = await newBuyer()
    const detached = await saveCard(product.stripe, ada.customerId, 'pm_card_visa')
    await product.stripe.client.paymentMethods.detach(detached)
    for (const id of [other.cardId, detached, 'pm_none', '../x', 'card_1']) {
      const { status, body } = await refusal(await send(ada.token, { amount: 5, payment_method_id: id }))
      expect({ status, code: body.code }).toEqual({ status: 404, code: 'PAYMENT_METHOD_NOT_FOUND' })
    }
  })

  it('is 422 where the account has no default', async () => {
    const buyer = await newBuyer()
    await product.stripe.client.customers.update(buyer.customerId, {
      invoice_settings: { default_payment_method: '' },
    })
    const { status, body } = await refusal(await send(buyer.token, { amount: 5 }))
    expect({ status, code: body.code }).toEqual({ status: 422, code: 'NO_PAYMENT_METHOD' })
  })

  it('replays the first answer for the same key byte for byte, and is 409 for another body with it', async () => {
    const buyer = await newBuyer()
    const key = { 'idempotency-key': 'once' }
    const first = await (await send(buyer.token, { amount: 10 }, key)).text()
    const again = await send(buyer.token, '{"amount": 10.00}', key)
    expect([again.status, await again.text()]).toEqual([200, first])
    const { status, body } = await refusal(await send(buyer.token, { amount: 11 }, key))
    expect({ status, code: body.code }).toEqual({ status: 409, code: 'IDEMPOTENCY_KEY_REUSED' })
    expect(await charges(buyer)).toEqual([1_000])
  })

  it('is 422 for a key that is none', async () => {
    const { status, body } = await refusal(await send(ada.token, { amount: 5 }, { 'idempotency-key': 'a b' }))
    expect({ status, code: body.code }).toEqual({ status: 422, code: 'VALIDATION_ERROR' })
  })

  it('of twenty requests with one key charges once; the others are 409 or get the same answer', async () => {
    const buyer = await newBuyer()
    const answers = await Promise.all(
      Array.from({ length: 20 }, async () => {
        const response = await send(buyer.token, { amount: 10 }, { 'idempotency-key': 'clicks' })
        return { status: response.status, text: await response.text() }
      }),
    )
    const good = new Set(answers.filter(({ status }) => status === 200).map(({ text }) => text))
    expect(good.size).toBe(1)
    for (const { status, text } of answers.filter((answer) => answer.status !== 200)) {
      expect(status).toBe(409)
      expect(errorResponse.parse(JSON.parse(text)).code).toBe('REQUEST_IN_FLIGHT')
    }
    expect(await charges(buyer)).toEqual([1_000])
  })

  it('is 409 while nobody knows whether it was paid, and so is every further purchase without a key', async () => {
    const buyer = await newBuyer()
    await product.stripe.plan({
      requests: [
        { method: 'POST', path: '/v1/invoices/:id/pay', kind: 'reset-after', times: 50 },
        { method: 'GET', path: '/v1/invoices/:id', kind: 'reset-before', times: 50 },
      ],
    })
    const first = await refusal(await send(buyer.token, { amount: 10 }, { 'idempotency-key': 'lost' }))
    expect({ status: first.status, code: first.body.code }).toEqual({ status: 409, code: 'PAYMENT_PENDING' })
    const next = await refusal(await send(buyer.token, { amount: 20 }))
    expect(next).toMatchObject({
      status: 409,
      body: { code: 'PAYMENT_PENDING', details: first.body.details },
    })
    await product.stripe.calm()
    const settled = await bought(await send(buyer.token, { amount: 10 }, { 'idempotency-key': 'lost' }))
    expect(settled.transaction_id).toBe(first.body.details?.['transaction_id'])
    expect(await charges(buyer)).toEqual([1_000])
  })

  it('is 409 while a subscription is active', async () => {
    const buyer = await newBuyer()
    await buyOne(buyer)
    await subscribe(product.container(), product.stripe, buyer)
    const { status, body } = await refusal(await send(buyer.token, { amount: 10 }))
    expect({ status, code: body.code }).toEqual({ status: 409, code: 'SUBSCRIPTION_ACTIVE' })
  })

  it('is 401 for no token and a bad one, before the body is looked at', async () => {
    for (const token of ['', 'none', '1|none', `${ada.token}x`]) {
      const response = await send(token, '{')
      expect(response.headers.get('www-authenticate')).toBe('Bearer')
      const { status, body } = await refusal(response)
      expect({ status, code: body.code }).toEqual({ status: 401, code: 'UNAUTHENTICATED' })
    }
  })

  it('is 403 for an API key, which is another kind of credential, before the body is looked at', async () => {
    const { status, body } = await refusal(await send(ada.key, '{'))
    expect({ status, code: body.code }).toEqual({ status: 403, code: 'FORBIDDEN' })
  })

  it('is 403 for a viewer', async () => {
    const buyer = await newBuyer()
    await product.database.db.sql`
      update member set role = 'viewer' where account_id = ${buyer.accountId}`
    const { status, body } = await refusal(await send(buyer.token, { amount: 10 }))
    expect({ status, code: body.code }).toEqual({ status: 403, code: 'FORBIDDEN' })
    expect((await product.call(BALANCE, {}, buyer.token)).status).toBe(200)
  })

  it('is 413 for a body without end', async () => {
    const { status, body } = await refusal(await send(ada.token, `{"a":"${'x'.repeat(70_000)}"}`))
    expect({ status, code: body.code }).toEqual({ status: 413, code: 'PAYLOAD_TOO_LARGE' })
  })

  it('is 429 with a time to come back for whoever buys too often', async () => {
    const buyer = await newBuyer()
    const answers = await Promise.all(Array.from({ length: 40 }, () => send(buyer.token, { amount: 0 })))
    const limited = answers.find(({ status }) => status === 429)
    expect(Number(limited?.headers.get('retry-after'))).toBeGreaterThan(0)
    if (limited) expect((await refusal(limited)).body.code).toBe('RATE_LIMITED')
  })

  it('is 503 while Stripe is down, and nothing is charged', async () => {
    const buyer = await newBuyer()
    await product.cut('stripe')
    const response = await send(buyer.token, { amount: 10 })
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0)
    const { status, body } = await refusal(response)
    expect({ status, code: body.code }).toEqual({ status: 503, code: 'PAYMENT_PROVIDER_UNAVAILABLE' })
    await product.mend('stripe')
    expect(await charges(buyer)).toEqual([])
  })

  it.each(['GET', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])('is 405 for %s', async (method) => {
    const response = await product.call(PURCHASE, { method }, ada.token)
    expect(response.headers.get('allow')).toBe('POST')
    const { status, body } = await refusal(response)
    expect({ status, code: body.code }).toEqual({ status: 405, code: 'METHOD_NOT_ALLOWED' })
  })
})

describe('GET /api/v1/credits/balance', () => {
  it('tells what the wallet holds, rounded down to the cent, also below zero', async () => {
    const buyer = await newBuyer()
    const ctx = await buyer.context()
    const usage = { numberId: null, fareName: 'Call', billedQuantity: 1, occurredAt: ctx.now() }
    const read = async () => {
      const response = await product.call(BALANCE, {}, buyer.token)
      return balanceResponse.parse(losslessJson.parse(await response.text())).data
    }
    expect((await read()).balance.value).toBe('5.00')
    await recordUsage(ctx, [{ ...usage, id: 'call-1', amount: usd(1n) }])
    expect((await read()).balance.value).toBe('4.99')
    await recordUsage(ctx, [{ ...usage, id: 'call-2', amount: usd(5_500_000n) }])
    expect(await read()).toMatchObject({
      balance: { value: '-0.51' },
      currency: 'USD',
      auto_topup_enabled: false,
    })
  })

  it('says when it was so, in whole seconds', async () => {
    const { token } = await newBuyer()
    const response = await product.call(BALANCE, {}, token)
    expect(balanceResponse.parse(losslessJson.parse(await response.text())).data.as_of).toMatch(/:\d\dZ$/)
  })

  it('is 401 without a token, 403 for an API key, 405 for a POST', async () => {
    const { token, key } = await newBuyer()
    const status = async (...call: Parameters<typeof product.call>) =>
      (await refusal(await product.call(...call))).status
    expect(await status(BALANCE, {}, '')).toBe(401)
    expect(await status(BALANCE, {}, key)).toBe(403)
    expect(await status(BALANCE, { method: 'POST' }, token)).toBe(405)
  })
})

it('answers 503 to both while the database is down', async () => {
  const { token } = await newBuyer()
  await product.cut('database')
  const answers = await Promise.all([send(token, { amount: 10 }), product.call(BALANCE, {}, token)])
  for (const answer of answers) {
    const { status, body } = await refusal(answer)
    expect({ status, code: body.code }).toEqual({ status: 503, code: 'SERVICE_UNAVAILABLE' })
  }
})

it.each([
  '/api/v1/credits',
  '/api/v1/credits/nothing',
  '/api/v1/credits/purchase/more',
  '/api/v1/auto-topup',
  '/api/v1/auto-topup/nothing',
  '/api/v1/user',
  '/api/v1/user/nothing',
  '/api/user/nothing',
])('%s is nothing of ours, and Talkover says so', async (path) => {
  for (const method of ['GET', 'POST', 'DELETE']) {
    const { status, body } = await refusal(await product.call(path, { method }, ''))
    expect({ status, code: body.code }).toEqual({ status: 404, code: 'NOT_FOUND' })
  }
})

const published = z
  .object({
    request: z.record(z.string(), z.unknown()),
    response: z.object({ body: z.unknown() }),
    declined: z.object({ status: z.number(), body: z.unknown() }),
  })
  .parse(
    JSON.parse(
      readFileSync(new URL('./source/talkover-credits-purchase.example.json', import.meta.url), 'utf8'),
    ),
  )

/** The names of an answer and the types of what stands under them, in their order. */
function shapeOf(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return typeof value
  return Object.entries(value).map(([name, member]) => [name, shapeOf(member)])
}

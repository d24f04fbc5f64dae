import type { z } from 'zod'
import { beforeAll, describe, expect, it } from 'vitest'
import { createApiKey } from '@/lib/core/api-keys/create-api-key'
import { ensureCustomer } from '@/lib/core/customers/ensure-customer'
import { releaseNumber } from '@/lib/core/numbers/release-number'
import { drainJobs } from '@/lib/jobs/drain-jobs'
import { makeContext } from '@/lib/server/container'
import { addPerson, type TestPerson } from '@/lib/testing/person'
import { readDialAnswer } from '@/lib/testing/read-dial-answer'
import { setCard } from '@/lib/testing/subscriptions'
import { BILLING, CHECKOUT, useDial } from '@/lib/testing/use-dial'
import { billingResponse } from './contract'
import {
  cancellationResponse,
  changeResponse,
  previewResponse,
  subscriptionCheckoutResponse,
} from './subscription-contract'

const dial = useDial()

const SUBSCRIBE = `${BILLING}/checkout/subscription`
const PREVIEW = `${BILLING}/subscription/preview`
const CHANGE = `${BILLING}/subscription/change`
const CANCEL = `${BILLING}/subscription/cancel`
const RESUME = `${BILLING}/subscription/resume`
const ALL: readonly (readonly [string, z.ZodType])[] = [
  [SUBSCRIBE, subscriptionCheckoutResponse],
  [PREVIEW, previewResponse],
  [CHANGE, changeResponse],
  [CANCEL, cancellationResponse],
  [RESUME, cancellationResponse],
]
const PATHS = ALL.map(([path]) => path)

async function ask(
  person: TestPerson,
  path: string,
  body: unknown = {},
  headers: Record<string, string> = {},
) {
  const response = await dial.call(
    path,
    {
      method: 'POST',
      body: typeof body === 'string' ? body : JSON.stringify(body),
      headers: { 'content-type': 'application/json', ...headers },
    },
    person.key,
  )
  const [, schema] = ALL.find(([known]) => known === path) ?? []
  return readDialAnswer(response, schema ?? billingResponse)
}

async function billingOf(person: TestPerson) {
  return billingResponse.parse(await (await dial.call(BILLING, {}, person.key)).json())
}

/** Someone whose number a monthly subscription covers. */
async function addSubscriber(): Promise<TestPerson> {
  const person = await addPerson(dial.container())
  const { body } = await ask(person, SUBSCRIBE, { interval: 'monthly' })
  const { clientSecret } = subscriptionCheckoutResponse.parse(body)
  await dial.stripe.pay(clientSecret.split('_secret_', 1)[0] ?? '', { cents: null })
  await drainJobs(dial.container())
  return person
}

async function customerOf(person: TestPerson): Promise<string> {
  return ensureCustomer(await makeContext(dial.container(), person.actor, 'req_test'), null)
}

let ada: TestPerson
beforeAll(async () => {
  ada = await addSubscriber()
})

describe('the whole way', () => {
  it('subscribes, previews, changes to the cent, cancels and resumes', async () => {
    const eve = await addSubscriber()
    expect((await billingOf(eve)).subscription).toMatchObject({
      quantity: 1,
      interval: 'monthly',
      cancelAtPeriodEnd: false,
    })
    const { status, body } = await ask(eve, PREVIEW, { interval: 'annual' })
    expect(status).toBe(200)
    const preview = previewResponse.parse(body)
    expect(preview).toMatchObject({ currency: 'usd', discountCents: 0 })
    expect(preview.lines.reduce((sum, line) => sum + line.amountCents, 0)).toBe(preview.amountDueCents)

    const cancelled = await ask(eve, CANCEL, '')
    expect(cancelled).toMatchObject({ status: 200, body: { cancelAtPeriodEnd: true } })
    expect((await billingOf(eve)).subscription).toMatchObject({ cancelAtPeriodEnd: true })
    expect(await ask(eve, RESUME, '')).toMatchObject({ status: 200, body: { cancelAtPeriodEnd: false } })

    const { prorationDate } = preview
    const key = { 'idempotency-key': 'change-1' }
    const changed = await ask(eve, CHANGE, { interval: 'annual', prorationDate }, key)
    expect(changed).toEqual({ status: 200, body: { changed: true, interval: 'annual' } })
    expect(await ask(eve, CHANGE, { interval: 'annual', prorationDate }, key)).toEqual(changed)
    expect((await ask(eve, CHANGE, { interval: 'monthly' }, key)).status).toBe(409)
    const { data } = await dial.stripe.client.invoices.list({ customer: await customerOf(eve) })
    expect(data.map((invoice) => invoice.amount_paid)).toEqual([preview.amountDueCents, 1_200])
    expect(await ask(eve, CHANGE, { interval: 'annual' })).toEqual({
      status: 200,
      body: { changed: false, interval: 'annual' },
    })
  })
})

describe.each(PATHS)('POST %s', (path) => {
  it('is 401 without a valid key, before the body is looked at', async () => {
    const response = await dial.call(path, { method: 'POST', body: '{' }, 'sk_live_wrong')
    expect(await readDialAnswer(response, billingResponse)).toEqual({
      status: 401,
      body: { error: 'Unauthorized' },
    })
  })

  it.each(['GET', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])('is 405 for %s', async (method) => {
    expect((await dial.call(path, { method }, ada.key)).status).toBe(405)
  })

  it('is 503 while Stripe is down, with a time to come back', async () => {
    const zoe = path === SUBSCRIBE ? await addPerson(dial.container()) : ada
    await dial.cut('stripe')
    const response = await dial.call(
      path,
      { method: 'POST', body: JSON.stringify({ interval: 'annual' }) },
      zoe.key,
    )
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0)
    expect((await readDialAnswer(response, billingResponse)).status).toBe(503)
  })
})

it('answers 503 to each of them while the database is down', async () => {
  await dial.cut('database')
  const answers = await Promise.all(PATHS.map((path) => ask(ada, path, { interval: 'annual' })))
  expect(answers.map(({ status }) => status)).toEqual(PATHS.map(() => 503))
})

describe.each([SUBSCRIBE, CHANGE, CANCEL, RESUME])('POST %s, which writes', (path) => {
  it('is 403 for a key that may only read, before the body is looked at', async () => {
    const ctx = await makeContext(dial.container(), ada.actor, 'req_test')
    const pepper = dial.container().env.API_KEY_PEPPER
    const { key } = await createApiKey(ctx, { name: path.slice(-10), scopes: ['billing:read'], pepper })
    const response = await dial.call(path, { method: 'POST', body: '{' }, key)
    expect((await readDialAnswer(response, billingResponse)).status).toBe(403)
  })
})

describe.each([PREVIEW, CHANGE, CANCEL, RESUME])('POST %s', (path) => {
  it('is 400 without a subscription', async () => {
    const bob = dial.bob()
    expect(await ask(bob, path, { interval: 'annual' })).toEqual({
      status: 400,
      body: { error: 'No active subscription' },
    })
  })
})

describe('POST /api/v1/billing/checkout/subscription', () => {
  it.each([
    ['no body', ''],
    ['no interval', {}],
    ['an unknown interval', { interval: 'weekly' }],
    ['null', { interval: null }],
    ['an array', []],
    ['malformed JSON', '{'],
    ['a foreign return URL', { interval: 'annual', returnUrl: 'https://evil.example' }],
  ])('is 400 for %s', async (_case, body) => {
    expect((await ask(dial.bob(), SUBSCRIBE, body)).status).toBe(400)
  })

  it('is 400 without numbers', async () => {
    const dan = await addPerson(dial.container())
    const [number] = (await billingOf(dan)).numbers
    await releaseNumber(await makeContext(dial.container(), dan.actor, 'req_test'), number?.id ?? '')
    expect((await ask(dan, SUBSCRIBE, { interval: 'monthly' })).status).toBe(400)
  })

  it('is 409 while subscribed, as are top-ups; but 400 comes first', async () => {
    expect((await ask(ada, SUBSCRIBE, { interval: 'monthly' })).status).toBe(409)
    expect((await ask(ada, SUBSCRIBE, {})).status).toBe(400)
    const topUp = await dial.call(CHECKOUT, { method: 'POST', body: '{}' }, ada.key)
    expect((await dial.answer(topUp)).status).toBe(409)
  })

  it('replays the first answer for the same key, and is 409 for another body with it', async () => {
    const fay = await addPerson(dial.container())
    const key = { 'idempotency-key': 'subscribe-1' }
    const first = await ask(fay, SUBSCRIBE, { interval: 'monthly' }, key)
    expect(await ask(fay, SUBSCRIBE, { interval: 'monthly' }, key)).toEqual(first)
    expect((await ask(fay, SUBSCRIBE, { interval: 'annual' }, key)).status).toBe(409)
  })
})

describe('POST /api/v1/billing/subscription/preview', () => {
  it.each([
    ['a quantity of zero', { quantity: 0 }],
    ['a negative quantity', { quantity: -1 }],
    ['half a number', { quantity: 1.5 }],
    ['a huge quantity', { quantity: 1e15 }],
    ['a quantity in words', { quantity: '3' }],
    ['an unknown interval', { interval: 'daily' }],
    ['an empty code', { promotionCode: '' }],
    ['an unknown code', { interval: 'annual', promotionCode: 'NOBODY' }],
  ])('is 400 for %s', async (_case, body) => {
    expect((await ask(ada, PREVIEW, body)).status).toBe(400)
  })

  it('says that nothing is charged where nothing changes, and changes nothing', async () => {
    const before = await billingOf(ada)
    expect(await ask(ada, PREVIEW, '')).toMatchObject({
      status: 200,
      body: { amountDueCents: 0, discountCents: 0, lines: [] },
    })
    expect((await ask(ada, PREVIEW, { quantity: 5 })).status).toBe(200)
    expect(await billingOf(ada)).toEqual(before)
  })

  it('takes a promotion code into account, whatever its case, and refuses one that expired', async () => {
    const { coupons, promotionCodes } = dial.stripe.client
    const coupon = await coupons.create({ percent_off: 25, duration: 'once' })
    const promotion = { type: 'coupon', coupon: coupon.id } as const
    await promotionCodes.create({ promotion, code: 'LAUNCH25' })
    const now = Math.floor((await dial.container().clock.read()).getTime() / 1000)
    await promotionCodes.create({ promotion, code: 'SOON', expires_at: now + 3_600 })
    const plain = previewResponse.parse((await ask(ada, PREVIEW, { interval: 'annual' })).body)
    const cheaper = await ask(ada, PREVIEW, { interval: 'annual', promotionCode: 'launch25' })
    expect(cheaper).toMatchObject({ status: 200, body: { discountCents: 3_000 } })
    expect(previewResponse.parse(cheaper.body).amountDueCents).toBeLessThan(plain.amountDueCents)
    await dial.stripe.advance(3_601)
    expect((await ask(ada, PREVIEW, { interval: 'annual', promotionCode: 'SOON' })).status).toBe(400)
  })
})

describe('POST /api/v1/billing/subscription/change', () => {
  it.each([
    ['no interval', {}],
    ['a moment before the period', { interval: 'annual', prorationDate: 1 }],
    ['a moment to come', { interval: 'annual', prorationDate: 4_000_000_000 }],
    ['a moment in parts of a second', { interval: 'annual', prorationDate: 1.5 }],
    ['a moment below zero', { interval: 'annual', prorationDate: -1 }],
    ['an unknown code', { interval: 'annual', promotionCode: 'NOBODY' }],
    ['an unknown code where nothing would change', { interval: 'monthly', promotionCode: 'NOBODY' }],
  ])('is 400 for %s', async (_case, body) => {
    expect((await ask(ada, CHANGE, body)).status).toBe(400)
  })

  it('is 400 where the payment is declined, and nothing has changed', async () => {
    const gus = await addSubscriber()
    await setCard(dial.stripe, await customerOf(gus), 'pm_card_chargeCustomerFail')
    const before = (await billingOf(gus)).subscription
    const { status, body } = await ask(gus, CHANGE, { interval: 'annual' })
    expect({ status, body }).toMatchObject({
      status: 400,
      body: { error: expect.stringContaining('declined') as string },
    })
    expect((await billingOf(gus)).subscription).toEqual(before)
  })
})

import { readFileSync } from 'node:fs'
import Ajv2020 from 'ajv/dist/2020'
import addFormats from 'ajv-formats'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { z } from 'zod'
import { createApiKey } from '@/lib/core/api-keys/create-api-key'
import { startCreditsCheckout } from '@/lib/core/top-ups/start-credits-checkout'
import { recordUsage } from '@/lib/core/usage/record-usage'
import { refusalOf } from '@/lib/http/refusal'
import { refusalResponse } from '@/lib/http/respond'
import { usd } from '@/lib/kit/money'
import { makeContext } from '@/lib/server/container'
import { openBrowserSession } from '@/lib/testing/browser-session'
import { FOREIGN_RETURN_URLS } from '@/lib/testing/foreign-return-urls'
import { addPerson, type TestPerson } from '@/lib/testing/person'
import { startTcpProxy, type TcpProxy } from '@/lib/testing/start-tcp-proxy'
import { useTestContainer } from '@/lib/testing/test-container'
import { useApp } from '@/lib/testing/use-app'
import { useLocalStripe } from '@/lib/testing/use-local-stripe'
import { useTestDatabase } from '@/lib/testing/use-test-database'
import { billingResponse, creditsCheckoutResponse, errorResponse } from './contract'
import { dial } from './errors'

const BILLING = '/api/v1/billing'
const CHECKOUT = '/api/v1/billing/checkout/credits'

const database = useTestDatabase()
const stripe = useLocalStripe()
const wires: { database?: TcpProxy; stripe?: TcpProxy } = {}
beforeAll(async () => {
  wires.database = await startTcpProxy(portOf(database.appUrl))
  wires.stripe = await startTcpProxy(portOf(stripe.url))
})
const app = useApp(database, () => ({
  ...stripe.env,
  DATABASE_URL: withPort(database.appUrl, wires.database?.port),
  STRIPE_API_BASE: withPort(stripe.url, wires.stripe?.port),
  RETURN_URL_ORIGINS: 'https://partner.example',
  REQUESTS_PER_MINUTE: '1000000',
}))
const container = useTestContainer(database, () => ({ ...stripe.env, APP_URL: app().url }))
let ada: TestPerson
let bob: TestPerson
beforeAll(async () => {
  ada = await addPerson(container())
  bob = await addPerson(container())
})
afterEach(async () => {
  await wires.database?.setMode('pass')
  await wires.stripe?.setMode('pass')
})
afterAll(async () => {
  await wires.database?.close()
  await wires.stripe?.close()
})

const call = (path: string, init: RequestInit = {}, key = ada.key) =>
  fetch(new URL(path, app().url), {
    redirect: 'manual',
    ...init,
    headers: { authorization: `Bearer ${key}`, ...(init.headers as Record<string, string> | undefined) },
  })
const post = (body: unknown, headers: Record<string, string> = {}) =>
  call(CHECKOUT, {
    method: 'POST',
    body: typeof body === 'string' ? body : JSON.stringify(body),
    headers: { 'content-type': 'application/json', ...headers },
  })

/** The status and the body, once it is what our own contract and the published document say of it. */
async function answer(response: Response): Promise<{ status: number; body: unknown }> {
  const body: unknown = await response.json()
  const ok = response.url.endsWith(CHECKOUT) ? creditsCheckoutResponse : billingResponse
  const schema: z.ZodType = response.status === 200 ? ok : errorResponse
  expect(schema.safeParse(body).error?.issues ?? []).toEqual([])
  expect(publishedProblems(response, body)).toEqual([])
  expect(response.headers.get('content-type')).toBe('application/json')
  expect(response.headers.get('cache-control')).toBe('private, no-store')
  return { status: response.status, body }
}

async function openSession(): Promise<string> {
  const { body } = await answer(await post({}))
  return creditsCheckoutResponse.parse(body).clientSecret.split('_secret_', 1)[0] ?? ''
}

describe('GET /api/v1/billing', () => {
  it('answers a key with what the account has', async () => {
    const { status, body } = await answer(await call(BILLING))
    expect(status).toBe(200)
    expect(body).toMatchObject({
      balanceCents: 500,
      numbersReleaseAt: null,
      subscription: null,
      deposits: [{ amountCents: 500, kind: 'welcome', invoiceId: null }],
      pricing: { monthlyCents: 1_200, annualCents: 12_000 },
      recentUsage: [],
    })
  })

  it('answers the signed-in owner with the same', async () => {
    const browser = openBrowserSession(app().url)
    await browser.signIn(ada)
    const [session, key] = [await browser.request(BILLING), await call(BILLING)]
    expect(await answer(session)).toEqual(await answer(key))
  })

  it('shows a card that was saved in Checkout, and usage below zero with the day the numbers go', async () => {
    const carol = await addPerson(container())
    const ctx = await makeContext(container(), carol.actor, 'req_test')
    const now = ctx.now()
    await recordUsage(ctx, [
      {
        id: 'u1',
        numberId: null,
        fareName: 'Call',
        billedQuantity: 3,
        amount: usd(5_000_001n),
        occurredAt: now,
      },
    ])
    const { clientSecret } = await startCreditsCheckout(ctx, { returnUrl: null, idempotencyKey: null })
    await stripe.pay(clientSecret.split('_secret_', 1)[0] ?? '', { cents: 500, save: true })
    const { body } = await answer(await call(BILLING, {}, carol.key))
    const days = 30 * 24 * 60 * 60 * 1000
    expect(body).toMatchObject({
      balanceCents: -1,
      numbersReleaseAt: `${new Date(now.getTime() + days).toISOString().slice(0, 19)}Z`,
      paymentMethods: [
        { type: 'card', brand: 'visa', last4: '4242', expMonth: 12, expYear: 2040, email: null },
      ],
      recentUsage: [
        { fareName: 'Call', number: null, billedQuantity: 3, totalCents: 501, attribution: 'wallet' },
      ],
    })
  })

  it('tolerates a query and a content type', async () => {
    const response = await call(`${BILLING}?a=1&a=2`, { headers: { 'content-type': 'application/json' } })
    expect((await answer(response)).status).toBe(200)
  })

  it('is 503 with a time to come back while Stripe is down, and works again afterwards', async () => {
    await openSession()
    await wires.stripe?.setMode('refuse')
    const response = await call(BILLING)
    expect((await answer(response)).status).toBe(503)
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0)
    await wires.stripe?.setMode('pass')
    expect((await answer(await call(BILLING))).status).toBe(200)
  })

  it('is 503 with a time to come back while the database is down, and works again afterwards', async () => {
    await wires.database?.setMode('refuse')
    const response = await call(BILLING)
    expect((await answer(response)).status).toBe(503)
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0)
    await wires.database?.setMode('pass')
    expect((await answer(await call(BILLING))).status).toBe(200)
  })

  it('is 403 for a key without the right to read', async () => {
    const ctx = await makeContext(container(), ada.actor, 'req_test')
    const pepper = container().env.API_KEY_PEPPER
    const { key } = await createApiKey(ctx, { name: 'usage only', scopes: ['usage:write'], pepper })
    expect((await answer(await call(BILLING, {}, key))).status).toBe(403)
  })

  it.each(['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])('is 405 for %s', async (method) => {
    const response = await call(BILLING, { method })
    expect((await answer(response)).status).toBe(405)
    expect(response.headers.get('allow')).toBe('GET')
  })
})

describe('POST /api/v1/billing/checkout/credits', () => {
  it.each([
    ['no body', '', {}],
    ['no body of JSON', '', { 'content-type': 'text/plain' }],
    ['an empty object', '{}', {}],
    ['another content type', '{}', { 'content-type': 'text/plain' }],
    ['keys that it does not know', '{"amount":5,"account_id":"2","__proto__":{"a":1}}', {}],
    ['a return URL on the list', '{"returnUrl":"https://partner.example/back"}', {}],
  ])('opens a Checkout for %s', async (_case, body, headers) => {
    const { status, body: shown } = await answer(await post(body, headers))
    expect(status).toBe(200)
    expect(shown).toMatchObject({ clientSecret: expect.stringMatching(/^cs_test_.+_secret_/) as string })
  })

  it('opens one that Stripe refuses to complete outside the limits of the price', async () => {
    const sessionId = await openSession()
    for (const cents of [0, 499, 100_001]) {
      expect(await stripe.pay(sessionId, { cents })).toMatchObject({ kind: 'invalid', field: 'amount' })
    }
    expect(await stripe.pay(sessionId, { cents: 500 })).toMatchObject({ kind: 'complete' })
  })

  it('books nothing when Checkout is opened or returned from: only what was paid is credited', async () => {
    const sessionId = await openSession()
    await call(`/billing/return?session_id=${sessionId}`)
    const { body } = await answer(await call(BILLING))
    expect(billingResponse.parse(body).balanceCents).toBe(500)
  })

  it.each([
    ['malformed JSON', '{', { formErrors: ['The body is not valid JSON'], fieldErrors: {} }],
    ['text after the JSON', '{}{}', { formErrors: ['The body is not valid JSON'], fieldErrors: {} }],
  ])('is 400 for %s', async (_case, body, error) => {
    expect(await answer(await post(body))).toEqual({ status: 400, body: { error } })
  })

  it.each(['null', '[]', '"text"', '5', 'true', '[{"returnUrl":"https://partner.example"}]'])(
    'is 400 for the body %s, which is no object',
    async (body) => {
      const { status, body: shown } = await answer(await post(body))
      expect(status).toBe(400)
      expect(shown).toMatchObject({ error: { formErrors: [expect.any(String)], fieldErrors: {} } })
    },
  )

  it.each([5, null, true, [], {}, ['https://partner.example']])(
    'is 400 for the return URL %j, which is no text',
    async (returnUrl) => {
      const { status, body } = await answer(await post({ returnUrl }))
      expect(status).toBe(400)
      expect(body).toMatchObject({
        error: { formErrors: [], fieldErrors: { returnUrl: [expect.any(String)] } },
      })
    },
  )

  it('is 400 for every return URL that leads elsewhere, and asks nothing of Stripe', async () => {
    await freshCheckoutBucket()
    await stripe.forgetRequests()
    const own = [
      app().url.replace('http:', 'https:'),
      `${app().url}@evil.example`,
      `${app().url}.evil.example`,
    ]
    for (const returnUrl of [...FOREIGN_RETURN_URLS, ...own]) {
      const response = await post({ returnUrl })
      if (response.status === 429) {
        await freshCheckoutBucket()
        continue
      }
      const { status, body } = await answer(response)
      expect({ returnUrl, status }).toEqual({ returnUrl, status: 400 })
      expect(Object.keys(errorFields(body))).toEqual(['returnUrl'])
    }
    expect(await stripe.requests()).toEqual([])
  })

  it.each(['a b', 'ü', 'a'.repeat(256), ''])('is 400 for the Idempotency-Key %j', async (key) => {
    const response = await post('{}', { 'idempotency-key': encodeHeader(key) })
    expect((await answer(response)).status).toBe(400)
  })

  it('replays the first answer for the same key, and is 409 for another body with it', async () => {
    await freshCheckoutBucket()
    const first = await answer(await post('{}', { 'idempotency-key': 'k-1' }))
    expect(await answer(await post('', { 'idempotency-key': 'k-1' }))).toEqual(first)
    const other = { returnUrl: 'https://partner.example/' }
    expect((await answer(await post(other, { 'idempotency-key': 'k-1' }))).status).toBe(409)
  })

  it('is 403 for an impersonator', async () => {
    const { accountId } = ada.actor
    const scopes = ['billing:read', 'keys:read'] as const
    const actor = { kind: 'impersonator', staffUserId: 's', reason: 'a call', accountId, scopes } as const
    const ctx = await makeContext(container(), actor, 'req_test')
    const refused = await startCreditsCheckout(ctx, { returnUrl: null, idempotencyKey: null }).catch(
      (error: unknown) => refusalResponse(dial, refusalOf(error, 'req_test', ctx.log)),
    )
    expect(refused).toBeInstanceOf(Response)
    if (refused instanceof Response) expect((await answer(refused)).status).toBe(403)
  })

  it('is 403 for a key that may only read', async () => {
    const ctx = await makeContext(container(), ada.actor, 'req_test')
    const pepper = container().env.API_KEY_PEPPER
    const { key } = await createApiKey(ctx, { name: 'reader', scopes: ['billing:read'], pepper })
    expect((await answer(await call(CHECKOUT, { method: 'POST' }, key))).status).toBe(403)
  })

  it('is 401 for a key that was revoked, before the body is looked at', async () => {
    const dan = await addPerson(container())
    await database.db.sql`update api_key set revoked_at = now() where account_id = ${dan.actor.accountId}`
    for (const path of [BILLING, CHECKOUT]) {
      const init = path === BILLING ? {} : { method: 'POST', body: '{' }
      expect(await answer(await call(path, init, dan.key))).toEqual({
        status: 401,
        body: { error: 'Unauthorized' },
      })
    }
  })

  it('is 413 for a body that is too large', async () => {
    await freshCheckoutBucket()
    expect((await answer(await post(`{"a":"${'a'.repeat(70_000)}"}`))).status).toBe(413)
  })

  it('is 429 with a time to come back for whoever starts too many', async () => {
    const eve = await addPerson(container())
    const answers = []
    for (let turn = 0; turn < 40; turn++) {
      answers.push(await call(CHECKOUT, { method: 'POST', body: '{"returnUrl":5}' }, eve.key))
    }
    const limited = answers.find((response) => response.status === 429)
    expect(Number(limited?.headers.get('retry-after'))).toBeGreaterThan(0)
    if (limited) expect((await answer(limited)).status).toBe(429)
  })

  it('is 503 while Stripe is down, and nothing is left of it at Stripe', async () => {
    await freshCheckoutBucket()
    await wires.stripe?.setMode('refuse')
    const response = await post('{}')
    expect((await answer(response)).status).toBe(503)
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0)
  })

  it('is 503 while the database is down, and Stripe is not asked', async () => {
    await stripe.forgetRequests()
    await wires.database?.setMode('refuse')
    expect((await answer(await post('{}'))).status).toBe(503)
    expect(await stripe.requests()).toEqual([])
  })

  it.each(['GET', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])('is 405 for %s', async (method) => {
    expect((await answer(await call(CHECKOUT, { method }))).status).toBe(405)
  })
})

describe("another account's invoice", () => {
  it('is 404 for the signed-in owner of this one, and a redirect for its own', async () => {
    await freshCheckoutBucket()
    const sessionId = await openSession()
    await stripe.pay(sessionId, { cents: 500 })
    const { invoice } = await stripe.client.checkout.sessions.retrieve(sessionId)
    const path = `/billing/invoices/${typeof invoice === 'string' ? invoice : ''}`
    const [owner, stranger] = [openBrowserSession(app().url), openBrowserSession(app().url)]
    await owner.signIn(ada)
    await stranger.signIn(bob)
    const [seen, refused] = [await owner.request(path), await stranger.request(path)]
    expect(seen.status).toBe(303)
    expect(seen.headers.get('location')).toContain(stripe.url)
    expect(refused.status).toBe(404)
    expect(refused.headers.get('location')).toBeNull()
  })
})

describe('the rest of /api/v1', () => {
  it.each(['/api/v1', '/api/v1/nothing', '/api/v1/billing/nothing', '/api/v1/billing/checkout'])(
    '%s is 404 in the envelope, for every method',
    async (path) => {
      for (const method of ['GET', 'POST', 'DELETE']) {
        expect(await answer(await call(path, { method }))).toEqual({
          status: 404,
          body: { error: 'Not found' },
        })
      }
    },
  )
})

/** Fills up what the account may start; the limit itself has a test of its own. */
async function freshCheckoutBucket(): Promise<void> {
  await database.db.sql`delete from rate_limit where bucket like 'checkout:%'`
}

function errorFields(body: unknown): Record<string, string[]> {
  const { error } = errorResponse.parse(body)
  return typeof error === 'string' ? {} : error.fieldErrors
}

/** Header values are bytes: what is beyond Latin-1 is sent as its UTF-8. */
function encodeHeader(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1')
}

function portOf(url: string): number {
  return Number(new URL(url).port)
}

function withPort(address: string, port: number | undefined): string {
  const url = new URL(address)
  url.port = String(port)
  return url.href.replace(/\/$/, '')
}

/** What the published document, which names 200, 401 and 409, has against an answer. */
function publishedProblems(response: Response, body: unknown): unknown[] {
  const isCheckout = response.url.endsWith(CHECKOUT)
  const name = isCheckout ? 'dial-credits-checkout' : 'dial-billing'
  const success = isCheckout ? 'Billing_createCreditsCheckout_Response_200' : 'Billing'
  const ajv = new Ajv2020({ strict: false, allErrors: true })
  addFormats(ajv)
  ajv.addSchema(
    JSON.parse(readFileSync(new URL(`./source/${name}.openapi.json`, import.meta.url), 'utf8')) as object,
    name,
  )
  const validate = ajv.compile({
    $ref: `${name}#/components/schemas/${response.status === 200 ? success : 'Error'}`,
  })
  validate(body)
  return validate.errors ?? []
}

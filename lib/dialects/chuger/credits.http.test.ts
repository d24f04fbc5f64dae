import { beforeAll, describe, expect, it } from 'vitest'
import { generateApiKey } from '@/lib/core/api-keys/key-codec'
import { createAccessToken } from '@/lib/core/access-tokens/create-access-token'
import { assignPlan } from '@/lib/core/allowance/assign-plan'
import { definePlan } from '@/lib/core/allowance/define-plan'
import { recordUsage } from '@/lib/core/usage/record-usage'
import { usd, usdFromCents } from '@/lib/kit/money'
import { makeContext } from '@/lib/server/container'
import { addPerson, type TestPerson } from '@/lib/testing/person'
import { SYSTEM } from '@/lib/testing/test-context'
import { useCredits } from '@/lib/testing/use-credits'
import { creditsResponse, purchaseResponse, transactionsResponse, userResponse } from './contract'

const api = useCredits()
const purchase = (body: unknown, headers?: Record<string, string>, credential?: string) =>
  api.post('/v1/credits/purchase', body, headers, credential)

const ENDPOINTS: readonly (readonly [method: string, path: string])[] = [
  ['GET', '/v1/credits'],
  ['GET', '/v1/credits/usage-stats'],
  ['GET', '/v1/credits/transactions'],
  ['POST', '/v1/credits/purchase'],
  ['POST', '/v1/credits/preview-cost'],
  ['POST', '/v1/credits/can-afford'],
  ['GET', '/user'],
]
const bodyOf = (path: string) =>
  JSON.stringify(path.endsWith('purchase') ? { credits: 100 } : { service_type: 'serp' })

/** On the Pro plan, with a top-up of ten dollars to come and some usage. */
let pat: TestPerson

beforeAll(async () => {
  pat = await addPerson(api.container())
  const system = await makeContext(api.container(), SYSTEM, 'req_test')
  await definePlan(system, { id: 'pro', name: 'Pro', monthly: usdFromCents(20_000), tokensMax: 3 })
  await assignPlan(system, { accountId: pat.actor.accountId, planId: 'pro' })
  const ctx = await makeContext(api.container(), pat.actor, 'req_test')
  await recordUsage(
    ctx,
    Array.from({ length: 25 }, (_, index) => ({
      id: `u${String(index)}`,
      numberId: null,
      kind: 'call' as const,
      destination: '+442071838750',
      fareName: 'Call to the United Kingdom',
      billedQuantity: 60,
      amount: usd(24_000n),
      occurredAt: new Date(ctx.now().getTime() - index * 1_000),
    })),
  )
})

describe('what is bought', () => {
  it('is paid on Stripe’s page, and then in the balance', async () => {
    const balance = async () => creditsResponse.parse((await api.ask('/v1/credits')).body).balance
    expect(await balance()).toBe(500)
    const { checkout_url, session_id } = purchaseResponse.parse((await purchase({ credits: 1_000 })).body)
    expect(checkout_url).toContain(session_id)
    expect(session_id).toMatch(/^cs_test_/)
    expect(await balance()).toBe(500)
    await api.payFor(session_id)
    expect(await balance()).toBe(1_500)
  })

  it('returns to our own pages', async () => {
    const { session_id } = purchaseResponse.parse((await purchase({ credits: 100 })).body)
    const session = await api.stripe.client.checkout.sessions.retrieve(session_id)
    expect(session.success_url).toBe(`${api.appUrl()}/billing/return?session_id={CHECKOUT_SESSION_ID}`)
    expect(session.cancel_url).toBe(`${api.appUrl()}/billing`)
  })
})

describe('the allowance', () => {
  it('is in the balance, the stats and the headers of every answer', async () => {
    const stats = {
      balance: 20_440,
      formatted_balance: '20,440',
      limit: 20_000,
      used: 60,
      is_low: false,
      threshold: 4_000,
      percentage_used: 0.3,
      next_renewal: expect.stringMatching(/^\d{4}-\d\d-01T00:00:00Z$/) as string,
    }
    expect((await api.ask('/v1/credits/usage-stats', {}, pat.key)).body).toEqual(stats)
    const { balance, formatted_balance, limit, used } = stats
    const shown = await api.ask('/v1/credits', {}, pat.key)
    expect(shown.body).toEqual({ balance, formatted_balance, limit, used, status: stats })
    for (const [method, path] of ENDPOINTS) {
      const init = method === 'POST' ? { method, body: bodyOf(path) } : {}
      const { status, headers } = await api.ask(path, init, pat.key)
      expect([path, status]).toEqual([path, 200])
      expect(headers.get('x-monthly-quota')).toBe('20000')
      expect(headers.get('x-monthly-remaining')).toBe('19940')
      expect(headers.get('x-ratelimit-limit')).toBeNull()
    }
  })

  it('is none without a plan', async () => {
    const { body, headers } = await api.ask('/v1/credits/usage-stats', {}, api.bob().key)
    expect(body).toMatchObject({ limit: 0, used: 0, percentage_used: 0, next_renewal: null, threshold: 50 })
    expect(headers.get('x-monthly-quota')).toBe('0')
  })
})

describe('GET /v1/credits/transactions', () => {
  const page = async (query: string) =>
    transactionsResponse.parse((await api.ask(`/v1/credits/transactions${query}`, {}, pat.key)).body)

  it('lists what was consumed, newest first, a page at a time', async () => {
    const first = await page('')
    expect(first).toMatchObject({ current_page: 1, last_page: 2, per_page: 20, total: 25, from: 1, to: 20 })
    expect(first.data[0]).toEqual({
      id: 'u0',
      service_type: 'call',
      service_name: 'Call to the United Kingdom',
      credits: 3,
      description: 'To +442071838750',
      metadata: { number: null, destination: '+442071838750', quantity: null, billed_quantity: 60 },
      created_at: expect.stringMatching(/Z$/) as string,
    })
    const next = new URL(first.next_page_url ?? '')
    expect(next.origin).toBe(api.appUrl())
    const second = await page(next.search)
    expect(second.data.map(({ id }) => id)).toEqual(['u20', 'u21', 'u22', 'u23', 'u24'])
  })

  it.each([
    ['?per_page=0', { per_page: 1 }],
    ['?per_page=-5', { per_page: 1 }],
    ['?per_page=101', { per_page: 100 }],
    [`?per_page=${'9'.repeat(500)}`, { per_page: 100 }],
    ['?per_page=ten', { per_page: 20 }],
    ['?page=0', { current_page: 1 }],
    ['?page=two', { current_page: 1 }],
    ['?page=99', { current_page: 99, data: [], from: null, to: null }],
    [`?page=${'9'.repeat(500)}`, { data: [] }],
  ])('takes %s for %j', async (query, shown) => {
    expect(await page(query)).toMatchObject(shown)
  })
})

describe('what a request would cost', () => {
  it.each([
    [{ service_type: 'scrape' }, 1, 1],
    [{ service_type: 'content', quantity: 5 }, 2, 10],
    [{ service_type: 'serp', quantity: 100 }, 5, 500],
    [{ service_type: 'prompt', quantity: 2 }, 10, 20],
  ])('%j', async (body, each, total) => {
    const preview = (await api.post('/v1/credits/preview-cost', body, {}, pat.key)).body
    expect(preview).toMatchObject({
      ...body,
      credit_cost_per_request: each,
      total_cost: total,
      current_balance: 20_440,
      remaining_after: 20_440 - total,
      can_afford: true,
    })
    expect((await api.post('/v1/credits/can-afford', body, {}, pat.key)).body).toEqual({
      can_afford: true,
      preview,
    })
  })

  it('is more than a small balance affords', async () => {
    const body = { service_type: 'prompt', quantity: 51 }
    expect((await api.post('/v1/credits/can-afford', body, {}, api.bob().key)).body).toMatchObject({
      can_afford: false,
      preview: { remaining_after: -10 },
    })
  })

  it.each([
    [{ service_type: 'fax' }, 'service_type', 'The selected service type is invalid.'],
    [{}, 'service_type', 'The service type field is required.'],
    [{ service_type: 'serp', quantity: 0 }, 'quantity', 'The quantity must be at least 1.'],
    [{ service_type: 'serp', quantity: 101 }, 'quantity', 'The quantity must not be greater than 100.'],
    [{ service_type: 'serp', quantity: '2' }, 'quantity', 'The quantity must be an integer.'],
  ])('is 422 for %j', async (body, field, message) => {
    for (const path of ['preview-cost', 'can-afford']) {
      expect(await api.post(`/v1/credits/${path}`, body)).toMatchObject({
        status: 422,
        body: { message, errors: { [field]: [message] } },
      })
    }
  })
})

describe('GET /user', () => {
  it('tells who the token is of', async () => {
    const ctx = await makeContext(api.container(), pat.actor, 'req_test')
    const pepper = api.container().env.API_KEY_PEPPER
    const { token } = await createAccessToken(ctx, { name: 'mine', pepper })
    expect(token).toMatch(/^\d+\|/)
    const shown = userResponse.parse((await api.ask('/user', {}, token)).body)
    expect(shown).toMatchObject({ email: pat.email, email_verified_at: null })
    expect(userResponse.parse((await api.ask('/user', {}, api.bob().key)).body).id).not.toBe(shown.id)
  })
})

const initOf = (method: string, path: string) =>
  method === 'POST' ? { method, body: bodyOf(path) } : { method }

it('answers 503 to every endpoint while the database is down', async () => {
  await api.cut('database')
  const answers = await Promise.all(ENDPOINTS.map(([method, path]) => api.ask(path, initOf(method, path))))
  for (const [index, answer] of answers.entries()) {
    expect(answer, ENDPOINTS[index]?.[1]).toMatchObject({
      status: 503,
      body: { message: expect.any(String) as string },
    })
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
  }
})

it('gives requests that come at once what each would get alone, under an id of its own', async () => {
  // The first two ask the database the same.
  const paths = ['/v1/credits', '/v1/credits/usage-stats', '/v1/credits/transactions?per_page=2']
  const alone = await Promise.all(paths.map((path) => api.ask(path)))
  const turns = Array.from({ length: 20 }, () => paths.map((path) => api.ask(path)))
  const ids = new Set<string | null>()
  for (const turn of turns) {
    for (const [index, { status, body, headers }] of (await Promise.all(turn)).entries()) {
      expect({ status, body }).toEqual({ status: 200, body: alone[index]?.body })
      expect(headers.get('x-monthly-quota')).toBe(alone[index]?.headers.get('x-monthly-quota'))
      ids.add(headers.get('x-request-id'))
    }
  }
  expect(ids.size).toBe(20 * paths.length)
})

describe.each(ENDPOINTS)('%s %s', (method, path) => {
  it('is 401 without a good credential, whatever else is wrong', async () => {
    await api.database.db.sql`delete from rate_limit where bucket like 'failed:%'`
    for (const credential of [null, 'nonsense', '1|nonsense']) {
      const answer = await api.ask(path, method === 'POST' ? { method, body: '{' } : {}, credential)
      expect([answer.status, answer.body]).toEqual([401, { message: 'Unauthenticated.' }])
    }
  })

  it('is 405 for another method', async () => {
    const answer = await api.ask(path, { method: 'PUT' })
    expect(answer).toMatchObject({ status: 405, body: { message: expect.any(String) as string } })
    expect(answer.headers.get('allow')).toBe(method)
  })

  it('carries no policy of a page', async () => {
    const { headers } = await api.ask(path, initOf(method, path))
    expect(headers.get('content-security-policy')).toBeNull()
  })
})

describe('POST /v1/credits/purchase', () => {
  it.each<[unknown, string]>([
    [{ credits: 99 }, 'The credits must be at least 100.'],
    [{ credits: 0 }, 'The credits must be at least 100.'],
    [{ credits: -1000 }, 'The credits must be at least 100.'],
    [{ credits: 10_001 }, 'The credits must not be greater than 10000.'],
    [{ credits: '1000' }, 'The credits must be an integer.'],
    [{ credits: 100.5 }, 'The credits must be an integer.'],
    [{ credits: true }, 'The credits must be an integer.'],
    [{ credits: [] }, 'The credits must be an integer.'],
    ['{"credits":1e400}', 'The credits must be an integer.'],
    [{ credits: null }, 'The credits field is required.'],
    [{}, 'The credits field is required.'],
    ['', 'The credits field is required.'],
    ['{', 'The credits field is required.'],
    ['[]', 'The credits field is required.'],
    ['NaN', 'The credits field is required.'],
  ])('is 422 for %j', async (body, message) => {
    const answer = await purchase(body)
    expect([answer.status, answer.body]).toEqual([422, { message, errors: { credits: [message] } }])
  })

  it.each(['{"credits":100.0}', '{"credits":1e2}', '{"credits":100,"free":true}'])(
    'takes %s',
    async (body) => {
      expect((await purchase(body)).status).toBe(200)
    },
  )

  it('is 403 for a viewer, and for a key that may only read', async () => {
    for (const credential of [api.viewer(), api.reader()]) {
      expect(await purchase('{', {}, credential)).toMatchObject({
        status: 403,
        body: { message: expect.any(String) as string },
      })
    }
  })

  it('is 409 for a key that came with another request, and answers the same one alike', async () => {
    const headers = { 'idempotency-key': 'c-1' }
    const first = await purchase({ credits: 100 }, headers)
    expect((await purchase({ credits: 100 }, headers)).body).toEqual(first.body)
    expect((await purchase({ credits: 101 }, headers)).status).toBe(409)
  })

  it('is 409 while a subscription is active', async () => {
    const sam = await addPerson(api.container())
    await api.subscribe(sam)
    expect(await purchase({ credits: 100 }, {}, sam.key)).toMatchObject({
      status: 409,
      body: { message: expect.any(String) as string },
    })
  })

  it('is 503 with a time to come back while Stripe is down', async () => {
    await api.cut('stripe')
    const answer = await purchase({ credits: 100 })
    expect(answer).toMatchObject({ status: 503, body: { message: expect.any(String) as string } })
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
  })

  it('is 413 for a body that is too large', async () => {
    expect((await purchase(`{"a":"${'a'.repeat(70_000)}"}`)).status).toBe(413)
  })
})

it('counts failed authentication alone, and by address', async () => {
  await api.database.db.sql`delete from rate_limit`
  const good = await Promise.all(Array.from({ length: 100 }, () => api.ask('/v1/credits')))
  expect(new Set(good.map(({ status }) => status))).toEqual(new Set([200]))
  expect(await api.database.db.sql`select from rate_limit`).toHaveLength(0)
  const bad = []
  for (let turn = 0; turn < 40; turn++) bad.push(await api.ask('/v1/credits', {}, generateApiKey()))
  const limited = bad.find(({ status }) => status === 429)
  expect(limited?.body).toMatchObject({
    error: 'Rate limit exceeded',
    details: { endpoint: '/v1/credits', remaining: 0 },
    retry_after: expect.any(Number) as number,
  })
  expect(limited?.headers.get('retry-after')).toBe(
    String((limited?.body as { retry_after: number } | undefined)?.retry_after),
  )
  expect((await api.ask('/v1/credits')).status).toBe(200)
  await api.database.db.sql`delete from rate_limit where bucket like 'failed:%'`
})

it.each(['/v1', '/v1/credit', '/v1/credits/none', '/v1/content/bulk', '/user/1', '/user/a/b'])(
  'answers the unknown path %s in its own words',
  async (path) => {
    for (const method of ['GET', 'POST', 'DELETE']) {
      expect(await api.ask(path, { method })).toMatchObject({
        status: 404,
        body: { message: expect.any(String) as string },
      })
    }
  },
)

import { describe, expect, it } from 'vitest'
import { recordUsage } from '@/lib/core/usage/record-usage'
import { usd } from '@/lib/kit/money'
import { makeContext } from '@/lib/server/container'
import { FOREIGN_RETURN_URLS } from '@/lib/testing/foreign-return-urls'
import { addPerson } from '@/lib/testing/person'
import { useCredits } from '@/lib/testing/use-credits'
import { checkoutResponse, transactionsResponse } from './contract'
import { errorResponse } from './errors-contract'

const api = useCredits()
const at = (path: string, slug = api.slug()) => `/api/v1/org/${slug}/credits${path}`
const start = (body: unknown, headers?: Record<string, string>, credential?: string) =>
  api.post(at('/checkout'), body, headers, credential)
const GOOD = { success_url: 'example', cancel_url: 'example' }

/** Every endpoint, with what it may be asked. */
const ENDPOINTS: readonly (readonly [method: string, path: string])[] = [
  ['GET', ''],
  ['POST', '/checkout'],
  ['GET', '/price'],
  ['GET', '/transactions'],
  ['GET', '/transactions/00000000-0000-4000-8000-000000000000/receipt'],
  ['GET', '/usage'],
]

const refused = (status: number, type: string) => ({ status, body: { code: status, type } })

describe('what is bought', () => {
  it('is paid on Stripe’s page, and then in the balance and in the transactions, with a receipt', async () => {
    const balance = async () => (await api.ask(at(''))).body
    expect(await balance()).toEqual({ balance: 500, is_low_balance: false, auto_refill_enabled: false })
    const { status, body } = await start({ ...GOOD, quantity: 2 })
    expect(status).toBe(200)
    const { checkout_url, session_id } = checkoutResponse.parse(body)
    expect(checkout_url).toContain(session_id)
    expect(await balance()).toMatchObject({ balance: 500 })
    await api.payFor(session_id)
    expect(await balance()).toMatchObject({ balance: 5_500 })

    const listed = transactionsResponse.parse((await api.ask(at('/transactions'))).body)
    expect(listed).toMatchObject([
      {
        amount: 5_000,
        transaction_type: 'purchase',
        has_receipt: true,
        description: 'Credits bought by card',
      },
      { amount: 500, transaction_type: 'signup_allocation', has_receipt: false },
    ])
    const [bought, welcome] = listed
    const receipt = await api.ask(at(`/transactions/${bought?.id ?? ''}/receipt`))
    expect(receipt).toMatchObject({
      status: 200,
      body: { url: expect.stringMatching(/^https?:\/\//) as string },
    })
    expect(await api.ask(at(`/transactions/${welcome?.id ?? ''}/receipt`))).toMatchObject(
      refused(404, 'not_found_error'),
    )
    expect(
      await api.ask(at(`/transactions/${bought?.id ?? ''}/receipt`, api.foreignSlug()), {}, api.bob().key),
    ).toMatchObject(refused(404, 'not_found_error'))
  })

  it('costs what the price says, and grants as many credits', async () => {
    expect(await api.ask(at('/price'))).toMatchObject({
      status: 200,
      body: { credits: 2_500, currency: 'usd', price_cents: 2_500, product_name: '2,500 Talktime credits' },
    })
  })

  it('is one bundle where no quantity is named', async () => {
    await api.freshCheckoutBucket()
    const { session_id } = checkoutResponse.parse((await start(GOOD)).body)
    expect(await api.stripe.client.checkout.sessions.retrieve(session_id)).toMatchObject({
      amount_total: 2_500,
    })
  })
})

describe('what is used', () => {
  it('is negative among the transactions, and adds up in the usage of its days', async () => {
    const eve = await addPerson(api.container())
    const [row] = await api.database.db.sql<{ slug: string }[]>`
      select slug from account where id = ${eve.actor.accountId}`
    const slug = row?.slug ?? ''
    const ctx = await makeContext(api.container(), eve.actor, 'req_test')
    const event = { numberId: null, fareName: 'Call', billedQuantity: 60, occurredAt: ctx.now() }
    await recordUsage(ctx, [
      { ...event, id: 'a', amount: usd(24_000n) },
      { ...event, id: 'b', amount: usd(4_200n) },
    ])
    const ask = async (path: string) => (await api.ask(at(path, slug), {}, eve.key)).body
    expect(await ask('/transactions?transaction_type=usage')).toMatchObject([{ amount: -1 }, { amount: -3 }])
    expect(
      await ask('/transactions?transaction_type=usage&transaction_type=signup_allocation&limit=3'),
    ).toHaveLength(3)
    expect(await ask('/transactions?transaction_type=inference')).toEqual([])
    expect(await ask('/transactions?limit=1')).toHaveLength(1)
    expect(await ask('/usage')).toEqual({
      current_storage_gb: 0,
      estimated_span_count: 0,
      inference_credits: 0,
      sandbox_credits: 3,
      span_credits: 0,
      storage_credits: 0,
      total_credits: 3,
      web_search_credits: 0,
    })
    for (const query of [
      'end_date=2020-01-01',
      'start_date=2090-01-01T00:00:00%2B02:00',
      'start_date=2090-01-01',
    ]) {
      expect(await ask(`/usage?${query}`)).toMatchObject({ total_credits: 0 })
    }
    expect(
      await ask('/usage?start_date=2020-01-01T00:00:00Z&end_date=2090-01-01T00:00:00.123456Z'),
    ).toMatchObject({
      total_credits: 3,
    })
    // 4.97 dollars are left, less than 500 credits.
    expect(await ask('')).toEqual({ balance: 497, is_low_balance: true, auto_refill_enabled: false })
    await api.database.db.sql`
      insert into low_balance_alert (account_id, threshold_micros) values (${eve.actor.accountId}, 4000000)`
    expect(await ask('')).toMatchObject({ is_low_balance: false })
  })
})

describe.each(ENDPOINTS)('%s …/credits%s', (method, path) => {
  const ask = (slug?: string, credential?: string | null, init: RequestInit = {}) =>
    api.ask(at(path, slug), { method, ...init }, credential)

  it('is 401 without a good credential, whatever else is wrong', async () => {
    await api.database.db.sql`delete from rate_limit where bucket like 'failed:%'`
    const body = { code: 401, detail: 'Authentication failed', type: 'authentication_error' }
    for (const credential of [null, 'nonsense', '1|nonsense', `${api.ada().key}x`]) {
      for (const slug of [api.slug(), api.foreignSlug(), 'no-such', '%00']) {
        const answer = await ask(slug, credential, method === 'POST' ? { body: '{' } : {})
        expect(answer).toMatchObject({ status: 401, body })
        expect(answer.body).toEqual(body)
        expect(answer.headers.get('www-authenticate')).toBe('Bearer')
      }
      await api.database.db.sql`delete from rate_limit where bucket like 'failed:%'`
    }
  })

  it('is 404, and says no more, for an organisation that is foreign, unknown or no name at all', async () => {
    const bodies = new Set<string>()
    for (const slug of [
      api.foreignSlug(),
      'no-such',
      'No_Such',
      '-',
      '..%2f..',
      'a'.repeat(300),
      '%F0%9F%92%A9',
      '1;drop',
    ]) {
      const answer = await ask(slug)
      expect(answer).toMatchObject(refused(404, 'not_found_error'))
      bodies.add(JSON.stringify(answer.body))
    }
    expect(bodies.size).toBe(1)
  })

  it('is 405 for another method', async () => {
    const other = method === 'GET' ? 'DELETE' : 'GET'
    const answer = await api.ask(at(path), { method: other })
    expect(answer).toMatchObject(refused(405, 'bad_request_error'))
    expect(answer.headers.get('allow')).toBe(method)
  })
})

it('answers 500 to every endpoint while the database is down', async () => {
  await api.cut('database')
  const answers = await Promise.all(ENDPOINTS.map(([method, path]) => api.ask(at(path), { method })))
  for (const [index, answer] of answers.entries()) {
    expect(answer, ENDPOINTS[index]?.[1]).toMatchObject(refused(500, 'app_error'))
  }
})

describe('who may', () => {
  it('look: every member, by whatever token of theirs, and a key that may read', async () => {
    for (const credential of [api.viewer(), api.reader()]) {
      for (const path of ['', '/price', '/transactions', '/usage']) {
        expect((await api.ask(at(path), {}, credential)).status).toBe(200)
      }
    }
  })

  it('buy: no viewer, and no key that may only read (403), before the body is looked at', async () => {
    for (const credential of [api.viewer(), api.reader()]) {
      expect(await start('{', {}, credential)).toMatchObject(refused(403, 'forbidden_error'))
    }
  })
})

describe('POST …/credits/checkout', () => {
  it.each<[unknown, string[]]>([
    [{ ...GOOD, quantity: 0 }, ['quantity greater_than_equal']],
    [{ ...GOOD, quantity: 11 }, ['quantity less_than_equal']],
    [{ ...GOOD, quantity: -1 }, ['quantity greater_than_equal']],
    [{ ...GOOD, quantity: 1e300 }, ['quantity less_than_equal']],
    [{ ...GOOD, quantity: '2' }, ['quantity int_parsing']],
    [{ ...GOOD, quantity: 1.5 }, ['quantity int_from_float']],
    [{ ...GOOD, quantity: null }, ['quantity int_type']],
    [{ ...GOOD, quantity: [1] }, ['quantity int_type']],
    [{ quantity: 1 }, ['success_url missing', 'cancel_url missing']],
    [{ success_url: 5, cancel_url: null }, ['success_url string_type', 'cancel_url string_type']],
    [[], ['model_attributes_type']],
    ['{', ['json_invalid']],
    ['', ['success_url missing', 'cancel_url missing']],
    ['{"success_url":"\\u0000"}', ['string_unicode']],
  ])('is 422 for %j', async (body, problems) => {
    await api.freshCheckoutBucket()
    const answer = await start(body)
    expect(answer).toMatchObject(refused(422, 'validation_error'))
    const { errors = [] } = errorResponse.parse(answer.body)
    expect(errors.map(({ loc, type }) => [...loc.slice(1), type].join(' '))).toEqual(problems)
  })

  it('sends nobody to a foreign page: 422, or a page of our own', async () => {
    const own = [`${api.appUrl()}@evil.example`, `${api.appUrl()}.evil.example`]
    for (const url of [...FOREIGN_RETURN_URLS, ...own]) {
      await api.freshCheckoutBucket()
      for (const field of ['success_url', 'cancel_url']) {
        const answer = await start({ ...GOOD, [field]: url })
        if (answer.status === 200) {
          const { session_id } = checkoutResponse.parse(answer.body)
          const session = await api.stripe.client.checkout.sessions.retrieve(session_id)
          const chosen = field === 'success_url' ? session.success_url : session.cancel_url
          expect([url, new URL(chosen ?? '').origin]).toEqual([url, api.appUrl()])
        } else {
          expect([url, answer.status]).toEqual([url, 422])
          expect(errorResponse.parse(answer.body).errors).toMatchObject([
            { loc: ['body', field], type: 'value_error' },
          ])
        }
      }
    }
  })

  it('is 409 for a key that came with another request, and answers the same one alike', async () => {
    await api.freshCheckoutBucket()
    const headers = { 'idempotency-key': 'd-1' }
    const first = await start(GOOD, headers)
    expect(first.status).toBe(200)
    expect((await start(GOOD, headers)).body).toEqual(first.body)
    expect(await start({ ...GOOD, quantity: 2 }, headers)).toMatchObject(refused(409, 'conflict_error'))
  })

  it('is 422 for a key that is none', async () => {
    expect(await start(GOOD, { 'idempotency-key': 'a b' })).toMatchObject(refused(422, 'validation_error'))
  })

  it('is 400 for a body that is too large', async () => {
    expect(await start(`{"a":"${'a'.repeat(70_000)}"}`)).toMatchObject(refused(400, 'bad_request_error'))
  })

  it('is 409 while a subscription is active', async () => {
    const sam = await addPerson(api.container())
    const [row] = await api.database.db.sql<{ slug: string }[]>`
      select slug from account where id = ${sam.actor.accountId}`
    await api.subscribe(sam)
    const answer = await api.post(at('/checkout', row?.slug), GOOD, {}, sam.key)
    expect(answer).toMatchObject(refused(409, 'conflict_error'))
  })

  it('is 504 while Stripe does not answer, and 502 while it answers badly', async () => {
    await api.freshCheckoutBucket()
    await start(GOOD)
    await api.cut('stripe')
    expect(await start(GOOD)).toMatchObject(refused(504, 'gateway_timeout_error'))
    await api.mend('stripe')
    await api.stripe.plan({
      requests: [{ method: 'POST', path: '/v1/checkout/sessions', kind: '429', times: 3 }],
    })
    const answer = await start(GOOD)
    expect(answer).toMatchObject(refused(502, 'bad_gateway_error'))
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
    await api.stripe.calm()
  })

  it('is 429 with a time to come back for whoever starts too many', async () => {
    const answers = []
    for (let turn = 0; turn < 40; turn++) answers.push(await start({ quantity: 0 }))
    const limited = answers.find(({ status }) => status === 429)
    expect(limited).toMatchObject(refused(429, 'rate_limit_error'))
    expect(Number(limited?.headers.get('retry-after'))).toBeGreaterThan(0)
    await api.freshCheckoutBucket()
  })
})

describe('the reads', () => {
  it.each([
    ['/transactions?limit=0', ['query', 'limit'], 'greater_than_equal'],
    ['/transactions?limit=101', ['query', 'limit'], 'less_than_equal'],
    ['/transactions?limit=ten', ['query', 'limit'], 'int_parsing'],
    ['/transactions?limit=5&limit=6', ['query', 'limit'], 'repeated'],
    ['/transactions?transaction_type=gift', ['query', 'transaction_type', 0], 'enum'],
    ['/transactions?transaction_type=usage&transaction_type=', ['query', 'transaction_type', 1], 'enum'],
    ['/usage?start_date=yesterday', ['query', 'start_date'], 'datetime_parsing'],
    ['/usage?end_date=2026-02-30T99:00:00Z', ['query', 'end_date'], 'datetime_parsing'],
    ['/usage?end_date=9999-12-31T23:59:59-14:00', ['query', 'end_date'], 'datetime_parsing'],
    ['/usage?start_date=2026-01-02T03:04:05+02:00', ['query', 'start_date'], 'datetime_parsing'],
    ['/usage?end_date=0000-01-01', ['query', 'end_date'], 'datetime_parsing'],
    ['/transactions/1/receipt', ['path', 'transaction_id'], 'uuid_parsing'],
  ])('are 422 for %s', async (path, loc, type) => {
    const answer = await api.ask(at(path))
    expect(answer).toMatchObject(refused(422, 'validation_error'))
    expect(errorResponse.parse(answer.body).errors).toMatchObject([{ loc, type }])
  })

  it('have no receipt of what there is not', async () => {
    for (const id of ['11111111-2222-4333-8444-555555555555', '00000000-0000-0000-0000-000000000001']) {
      expect(await api.ask(at(`/transactions/${id}/receipt`))).toMatchObject(refused(404, 'not_found_error'))
    }
  })
})

it.each(['/api/v1/org', '/api/v1/org/example', '/api/v1/org/example/credits/none', '/api/v1/org/a/b/c/d'])(
  'answers the unknown path %s in its own words',
  async (path) => {
    for (const method of ['GET', 'POST', 'DELETE']) {
      expect(await api.ask(path, { method })).toMatchObject(refused(404, 'not_found_error'))
    }
  },
)

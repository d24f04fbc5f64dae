import { beforeAll, describe, expect, it } from 'vitest'
import { createApiKey } from '@/lib/core/api-keys/create-api-key'
import { grantCredit } from '@/lib/core/ledger/grant-credit'
import { recordUsage } from '@/lib/core/usage/record-usage'
import { usd, ZERO } from '@/lib/kit/money'
import { makeContext } from '@/lib/server/container'
import { openBrowserSession } from '@/lib/testing/browser-session'
import { addPerson, type TestPerson } from '@/lib/testing/person'
import { readDialAnswer } from '@/lib/testing/read-dial-answer'
import { useDial } from '@/lib/testing/use-dial'
import { activityResponse } from './activity-contract'

const ACTIVITY = '/api/v1/billing/activity'
const dial = useDial()
let carol: TestPerson

const get = async (query: string, key = carol.key) => dial.call(`${ACTIVITY}${query}`, {}, key)
const answer = async (query: string) => readDialAnswer(await get(query), activityResponse)
const read = async (query: string) => activityResponse.parse((await answer(query)).body)

/** A welcome credit, five calls of one instant, and a card deposit. */
beforeAll(async () => {
  carol = await addPerson(dial.container())
  const ctx = await makeContext(dial.container(), carol.actor, 'req_test')
  const occurredAt = new Date(Math.floor(ctx.now().getTime() / 1000) * 1000 + 60_000)
  const call = { numberId: null, fareName: 'Call', billedQuantity: 1, amount: usd(4_200n), occurredAt }
  await recordUsage(
    ctx,
    Array.from({ length: 5 }, (_, index) => ({ ...call, id: `call-${String(index)}` })),
  )
  await grantCredit(ctx.db, {
    accountId: carol.actor.accountId,
    code: 'deposit_card',
    reference: 'in_carol',
    category: 'purchased',
    priority: 0,
    paid: usd(25_000_000n),
    promoted: ZERO,
    expiresAt: null,
    occurredAt: new Date(occurredAt.getTime() + 1000),
    now: ctx.now(),
  })
})

describe('GET /api/v1/billing/activity', () => {
  it('answers a key with everything, newest first', async () => {
    const { data, hasMore, nextCursor } = await read('')
    expect([hasMore, nextCursor]).toEqual([false, null])
    expect(data.map((item) => item.type)).toEqual(['credit', ...Array<string>(5).fill('usage'), 'credit'])
    expect(data[0]).toMatchObject({ amountCents: 2_500, kind: 'card', invoiceId: 'in_carol' })
    expect(data[1]).toMatchObject({
      fareName: 'Call',
      number: null,
      billedQuantity: 1,
      totalCents: 1,
      attribution: 'wallet',
    })
    expect(data[6]).toMatchObject({ amountCents: 500, kind: 'welcome', invoiceId: null })
  })

  it('answers the signed-in owner with the same, and somebody else with their own', async () => {
    const browser = openBrowserSession(dial.appUrl())
    await browser.signIn(carol)
    expect(await readDialAnswer(await browser.request(ACTIVITY), activityResponse)).toEqual(await answer(''))
    const theirs = await readDialAnswer(await get('', dial.bob().key), activityResponse)
    expect(activityResponse.parse(theirs.body).data).toHaveLength(1)
  })

  it.each([
    ['usage', ['usage', 'usage', 'usage', 'usage', 'usage']],
    ['payment-credits', ['credit', 'credit']],
    ['all', ['credit', 'usage', 'usage', 'usage', 'usage', 'usage', 'credit']],
  ])('filters by %s', async (filter, types) => {
    expect((await read(`?filter=${filter}`)).data.map((item) => item.type)).toEqual(types)
  })

  it.each(['cursor', 'starting_after'])(
    'pages by %s through things of one instant without loss',
    async (following) => {
      const all = await read('')
      const shown: typeof all.data = []
      let query = '?limit=2'
      for (;;) {
        const page = await read(query)
        shown.push(...page.data)
        if (!page.hasMore) break
        const place = following === 'cursor' ? page.nextCursor : page.data.at(-1)?.occurredAt
        query = `?limit=2&${following}=${encodeURIComponent(place ?? '')}`
      }
      expect(shown).toEqual(all.data)
    },
  )

  it.each([
    ['0', 1],
    ['-3', 1],
    ['1', 1],
    ['+3', 3],
    ['007', 7],
    ['101', 7],
    ['9'.repeat(400), 7],
  ])('clamps the limit %s', async (limit, count) => {
    expect((await read(`?limit=${encodeURIComponent(limit)}`)).data).toHaveLength(count)
  })

  it('ignores names it does not know', async () => {
    expect(await answer('?account_id=1&foo=bar')).toEqual(await answer(''))
  })

  it.each([
    ...['', 'ten', '1.5', '1e2', 'NaN', 'Infinity', '0x10', ' 1', '1 ', '١', 'null', '[]'].map(
      (text) => ['limit', text] as const,
    ),
    ...['', 'ALL', 'credits', 'payment_credits', 'usage,all', '__proto__'].map(
      (text) => ['filter', text] as const,
    ),
    ...[
      '',
      'yesterday',
      '0',
      '2024-04-01',
      '2024-02-30T00:00:00Z',
      '2024-04-01T00:00:00',
      'infinity',
      "'",
    ].map((text) => ['starting_after', text] as const),
    ...['', 'x', '2024-04-01T00:00:00.000000Z', 'a'.repeat(500), '%'].map(
      (text) => ['cursor', text] as const,
    ),
  ])('is 400 for %s=%j', async (name, text) => {
    const { status, body } = await answer(`?${name}=${encodeURIComponent(text)}`)
    expect(status).toBe(400)
    expect(body).toMatchObject({ error: { fieldErrors: { [name]: [expect.any(String)] } } })
  })

  it.each(['?limit=1&limit=2', '?filter=all&filter=usage', '?limit=%00', '?cursor=%ED%A0%80%00'])(
    'is 400 for %s',
    async (query) => {
      expect((await answer(query)).status).toBe(400)
    },
  )

  it("is 400 for a cursor with a letter changed, and for another account's", async () => {
    const cursor = (await read('?limit=1')).nextCursor ?? ''
    const changed = (cursor.startsWith('M') ? 'N' : 'M') + cursor.slice(1)
    expect((await answer(`?cursor=${changed}`)).status).toBe(400)
    const foreign = await readDialAnswer(await get(`?cursor=${cursor}`, dial.ada().key), activityResponse)
    expect(foreign.status).toBe(400)
  })

  it('is 401 without a good key, whatever the query', async () => {
    const response = await get('?limit=ten', 'sk_live_nobody')
    expect(await readDialAnswer(response, activityResponse)).toEqual({
      status: 401,
      body: { error: 'Unauthorized' },
    })
    expect(response.headers.get('www-authenticate')).toBe('Bearer')
  })

  it('is 403 for a key without the right to read', async () => {
    const ctx = await makeContext(dial.container(), carol.actor, 'req_test')
    const { key } = await createApiKey(ctx, {
      name: 'usage only',
      scopes: ['usage:write'],
      pepper: dial.container().env.API_KEY_PEPPER,
    })
    expect((await readDialAnswer(await get('?limit=ten', key), activityResponse)).status).toBe(403)
  })

  it('asks nothing of Stripe, and is 503 with a time to come back while the database is down', async () => {
    await dial.cut('stripe')
    expect((await answer('')).status).toBe(200)
    await dial.cut('database')
    const response = await get('')
    expect((await readDialAnswer(response, activityResponse)).status).toBe(503)
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0)
    await dial.mend('database')
    expect((await answer('')).status).toBe(200)
  })

  it.each(['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])('is 405 for %s', async (method) => {
    const response = await dial.call(ACTIVITY, { method })
    expect((await readDialAnswer(response, activityResponse)).status).toBe(405)
    expect(response.headers.get('allow')).toBe('GET')
  })
})

describe('GET /activity/export', () => {
  const EXPORT = '/activity/export'
  const emptyBuckets = () => dial.database.db.sql`delete from rate_limit where bucket like 'export:%'`

  it('streams the signed-in person a file of their own account', async () => {
    const browser = openBrowserSession(dial.appUrl())
    await browser.signIn(carol)
    const response = await browser.request(EXPORT)
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8; header=present')
    expect(response.headers.get('content-disposition')).toMatch(
      /^attachment; filename="talktime-activity-\d{4}-\d\d-\d\d\.csv"$/,
    )
    expect(response.headers.get('cache-control')).toBe('private, no-store')
    expect(response.headers.get('content-length')).toBeNull()
    const bytes = Buffer.from(await response.arrayBuffer())
    expect([...bytes.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf])
    const lines = bytes.toString().split('\r\n')
    expect(lines).toHaveLength(1 + 7 + 1)
    expect(lines[1]).toMatch(/Z,credit,card,,,,25\.000000,25\.000000,29\.979000,in_carol$/)
  })

  it('sends a long history piece by piece, whole, and stops reading when the reader leaves', async () => {
    const dora = await addPerson(dial.container())
    await dial.database.db.sql`
      insert into usage_event (account_id, id, fare_name, billed_quantity, amount_micros, attribution, occurred_at)
      select ${dora.actor.accountId}, 'c' || n, 'Covered call', 1, 0, 'entitlement', now() - n * interval '1 second'
        from generate_series(1, 5000) as n`
    const whole = await dial.call(EXPORT, {}, dora.key)
    const text = await whole.text()
    expect(text.split('\r\n')).toHaveLength(1 + 5_001 + 1)
    const left = await dial.call(EXPORT, {}, dora.key)
    const reader = left.body?.getReader()
    expect((await reader?.read())?.done).toBe(false)
    await reader?.cancel()
    expect((await answer('')).status).toBe(200)
  })

  it('breaks off, and does not seem complete, when the database goes away in the middle', async () => {
    const erin = await addPerson(dial.container())
    await dial.database.db.sql`
      insert into usage_event (account_id, id, fare_name, billed_quantity, amount_micros, attribution, occurred_at)
      select ${erin.actor.accountId}, 'c' || n, repeat('long ', 400), 1, 0, 'entitlement', now() - n * interval '1 second'
        from generate_series(1, 10000) as n`
    const response = await dial.call(EXPORT, {}, erin.key)
    const reader = response.body?.getReader()
    await reader?.read()
    await dial.cut('database')
    await expect(
      (async () => {
        while ((await reader?.read())?.done !== true);
      })(),
    ).rejects.toThrow()
  })

  it.each(['filter=', 'filter=ALL', 'filter=all&filter=usage'])('is 400 for %s', async (query) => {
    await emptyBuckets()
    const response = await dial.call(`${EXPORT}?${query}`, {}, carol.key)
    expect((await readDialAnswer(response, activityResponse)).status).toBe(400)
  })

  it('is 401 for nobody', async () => {
    const response = await fetch(new URL(EXPORT, dial.appUrl()))
    expect(await readDialAnswer(response, activityResponse)).toEqual({
      status: 401,
      body: { error: 'Unauthorized' },
    })
  })

  it('is 429 with a time to come back for whoever asks for file after file', async () => {
    await emptyBuckets()
    const statuses: number[] = []
    let last = new Response()
    for (let turn = 0; turn < 12; turn++) {
      last = await dial.call(`${EXPORT}?filter=payment-credits`, {}, carol.key)
      statuses.push(last.status)
      if (last.status === 200) await last.text()
    }
    expect(statuses).toEqual([...Array<number>(10).fill(200), 429, 429])
    expect(Number(last.headers.get('retry-after'))).toBeGreaterThan(0)
  })

  it.each(['POST', 'PUT', 'PATCH', 'DELETE'])('is 405 for %s', async (method) => {
    const response = await dial.call(EXPORT, { method })
    expect((await readDialAnswer(response, activityResponse)).status).toBe(405)
  })
})

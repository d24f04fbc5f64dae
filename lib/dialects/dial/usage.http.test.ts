import { beforeAll, describe, expect, it } from 'vitest'
import { createApiKey } from '@/lib/core/api-keys/create-api-key'
import { makeContext } from '@/lib/server/container'
import { addPerson, type TestPerson } from '@/lib/testing/person'
import { readDialAnswer } from '@/lib/testing/read-dial-answer'
import { useDial } from '@/lib/testing/use-dial'
import { billingResponse } from './contract'
import { usageResponse } from './usage-contract'

const dial = useDial()
const USAGE = '/api/v1/usage'
let numberId = ''
let number = ''
let serial = 0

const send = (body: unknown, key?: string, headers: Record<string, string> = {}) =>
  dial.call(
    USAGE,
    {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    },
    key,
  )
const answer = async (...parameters: Parameters<typeof send>) =>
  readDialAnswer(await send(...parameters), usageResponse)
const report = async (body: unknown) => {
  const { status, body: answered } = await answer(body)
  expect(status).toBe(200)
  return usageResponse.parse(answered).results
}
const billingOf = async (person: TestPerson) =>
  billingResponse.parse(await (await dial.call('/api/v1/billing', {}, person.key)).json())

const secondsAgo = (seconds: number) => new Date(Date.now() - seconds * 1000).toISOString()
const eventOf = (change: Record<string, unknown> = {}) => ({
  id: `event-${String((serial += 1))}`,
  numberId,
  kind: 'call',
  quantity: 61,
  destination: '+12125550100',
  occurredAt: new Date().toISOString(),
  ...change,
})

beforeAll(async () => {
  const [held] = (await billingOf(dial.ada())).numbers
  if (held === undefined) throw new Error('everybody has a number from the start')
  ;({ id: numberId, number } = held)
})

describe('POST /api/v1/usage', () => {
  it('is 200 with what became of one event, debits the wallet and shows it', async () => {
    const before = await billingOf(dial.ada())
    const event = eventOf({ unknown: { key: '\ud800' } })
    expect(await report(event)).toEqual([
      {
        id: event.id,
        status: 'recorded',
        fareName: 'Outbound call, US and Canada',
        billedQuantity: 66,
        amountMicros: 15_400,
        totalCents: 2,
        attribution: 'wallet',
      },
    ])
    const after = await billingOf(dial.ada())
    expect(after.balanceCents).toBe(before.balanceCents - 2)
    expect(after.recentUsage[0]).toMatchObject({
      number,
      billedQuantity: 66,
      totalCents: 2,
      attribution: 'wallet',
    })
    expect((await report(event)).map(({ status }) => status)).toEqual(['duplicate'])
    expect((await report({ ...event, quantity: 60 })).map(({ status }) => status)).toEqual(['mismatch'])
    expect((await billingOf(dial.ada())).balanceCents).toBe(after.balanceCents)
  })

  it('takes a number as dialled, messages, what came in, and a moment with an offset', async () => {
    const occurredAt = new Date(Date.now() + 7_200_000).toISOString().replace('Z', '+02:00')
    const events = [
      eventOf({ numberId: undefined, number, kind: 'sms', quantity: 3, destination: '+493012345' }),
      eventOf({ numberId: null, number, destination: null, occurredAt }),
      eventOf({ quantity: 0 }),
    ]
    expect(await report({ events })).toMatchObject([
      { status: 'recorded', fareName: 'Outbound SMS, Germany', billedQuantity: 3, amountMicros: 276_000 },
      { status: 'recorded', fareName: 'Inbound call', billedQuantity: 120, amountMicros: 17_000 },
      { status: 'recorded', billedQuantity: 0, amountMicros: 0, totalCents: 0 },
    ])
  })

  it('fails the bad events of a batch alone, and answers in order', async () => {
    const { number: foreign, id: foreignId } = (await billingOf(dial.bob())).numbers[0] ?? {
      number: '',
      id: '',
    }
    const good = [eventOf(), eventOf()]
    const bad: unknown[] = [
      null,
      7,
      'event',
      [],
      {},
      eventOf({ id: undefined }),
      eventOf({ id: '' }),
      eventOf({ id: 7 }),
      eventOf({ id: 'a'.repeat(201) }),
      eventOf({ id: 'nul\0' }),
      eventOf({ id: 'half \ud800' }),
      eventOf({ numberId: 'half \ud800' }),
      eventOf({ numberId: undefined }),
      eventOf({ numberId: 'num_unknown' }),
      eventOf({ numberId: foreignId }),
      eventOf({ numberId: null, number: foreign }),
      eventOf({ numberId: null, number: '12125550100' }),
      eventOf({ numberId: 7 }),
      eventOf({ kind: 'fax' }),
      eventOf({ kind: undefined }),
      eventOf({ quantity: -1 }),
      eventOf({ quantity: 1.5 }),
      eventOf({ quantity: 86_401 }),
      eventOf({ quantity: 1e300 }),
      eventOf({ quantity: '60' }),
      eventOf({ quantity: null }),
      eventOf({ kind: 'sms', quantity: 1_001 }),
      eventOf({ destination: 'Berlin' }),
      eventOf({ destination: '+49 30 1' }),
      eventOf({ destination: '+0\0' }),
      eventOf({ occurredAt: undefined }),
      eventOf({ occurredAt: 'yesterday' }),
      eventOf({ occurredAt: 1_700_000_000 }),
      eventOf({ occurredAt: '2026-02-30T00:00:00Z' }),
      eventOf({ occurredAt: '0000-01-01T00:00:00Z' }),
      eventOf({ occurredAt: '1969-12-31T23:59:59Z' }),
      eventOf({ occurredAt: '9999-12-31T23:59:59-23:59' }),
      eventOf({ occurredAt: secondsAgo(-301) }),
      eventOf({ occurredAt: secondsAgo(3_600) }),
    ]
    const before = await billingOf(dial.ada())
    const results = await report({ events: [good[0], ...bad, good[1]] })
    expect(results.map(({ status }) => status)).toEqual(['recorded', ...bad.map(() => 'refused'), 'recorded'])
    const unknown = { status: 'refused', error: 'No number of this account at that time' }
    expect(results.filter((result) => 'error' in result && result.error === unknown.error)).toHaveLength(4)
    expect(results[5]).toMatchObject({ id: null, error: { fieldErrors: expect.any(Object) as object } })
    expect((await billingOf(dial.ada())).balanceCents).toBeGreaterThanOrEqual(before.balanceCents - 4)
    expect((await billingOf(dial.bob())).recentUsage).toEqual([])
  })

  it('takes 1,000 events at once, with the longest ids there are', async () => {
    const events = Array.from({ length: 1_000 }, () => {
      const event = eventOf()
      return { ...event, id: event.id.padEnd(200, '.') }
    })
    const results = await report({ events })
    expect(new Set(results.map(({ status }) => status))).toEqual(new Set(['recorded']))
    expect(results.map(({ id }) => id)).toEqual(events.map(({ id }) => id))
  })

  it('books what many send at once, in overlapping batches, once', async () => {
    const before = (await billingOf(dial.ada())).balanceCents
    const events = Array.from({ length: 60 }, () => eventOf({ quantity: 3_600, destination: '+12125550100' }))
    const batches = Array.from({ length: 12 }, (_, turn) => [
      ...events.slice(turn * 5),
      ...events.slice(0, turn * 5),
    ])
    const all = (await Promise.all(batches.map((batch) => report({ events: batch })))).flat()
    expect(all.filter(({ status }) => status === 'recorded')).toHaveLength(60)
    expect(all.filter(({ status }) => status === 'duplicate')).toHaveLength(11 * 60)
    expect((await billingOf(dial.ada())).balanceCents).toBe(before - 60 * 84)
  })

  it.each<[string, unknown]>([
    ['no JSON', '{"events":'],
    ['bad UTF-8', '\ud800'.concat('{')],
    ['a number', 7],
    ['null', 'null'],
    ['a bare list', []],
    ['nothing', ''],
    ['an object without an id', { kind: 'call' }],
    ['no events', { events: [] }],
    ['events that are no list', { events: {} }],
    ['1,001 events', { events: Array.from({ length: 1_001 }, () => 7) }],
    ['deep brackets', '['.repeat(60_000) + ']'.repeat(60_000)],
  ])('is 400 for %s', async (_case, body) => {
    expect((await answer(body)).status).toBe(400)
  })

  it('is 401 before anything is read', async () => {
    expect((await answer('{', 'sk_live_none')).status).toBe(401)
  })

  it('is 403 for a key that may not report usage, whatever it sends', async () => {
    const ctx = await makeContext(dial.container(), dial.ada().actor, 'req_test')
    const { key } = await createApiKey(ctx, {
      name: 'reads',
      scopes: ['billing:read', 'billing:write'],
      pepper: dial.container().env.API_KEY_PEPPER,
    })
    expect((await answer('{', key)).status).toBe(403)
    expect((await answer(eventOf(), key)).status).toBe(403)
  })

  it('is 405 for another method', async () => {
    const response = await dial.call(USAGE)
    expect((await readDialAnswer(response, usageResponse)).status).toBe(405)
    expect(response.headers.get('allow')).toBe('POST')
  })

  it('is 413 for more than a megabyte', async () => {
    expect((await answer({ id: 'a', padding: 'x'.repeat(1024 * 1024) })).status).toBe(413)
  })

  it('is 429 for too many requests', async () => {
    const carol = await addPerson(dial.container())
    await dial.database.db.sql`
      insert into rate_limit (bucket, full_at)
        values (${`account:${String(carol.actor.accountId)}`}, now() + interval '10 days')`
    const response = await send(eventOf(), carol.key)
    expect((await readDialAnswer(response, usageResponse)).status).toBe(429)
    expect(response.headers.get('retry-after')).not.toBeNull()
  })

  it('is 503 while the database is away', async () => {
    await dial.cut('database')
    const response = await send(eventOf())
    expect((await readDialAnswer(response, usageResponse)).status).toBe(503)
    expect(response.headers.get('retry-after')).not.toBeNull()
  })
})

import { describe, expect, it } from 'vitest'
import { createApiKey } from '@/lib/core/api-keys/create-api-key'
import { makeContext } from '@/lib/server/container'
import { addPerson } from '@/lib/testing/person'
import { useDial } from '@/lib/testing/use-dial'
import { numberResponse, numbersResponse } from './numbers-contract'

const dial = useDial()
const NUMBERS = '/api/v1/numbers'
const ORDER = {
  inboundInstruction: 'You answer for a bakery.',
  explicitProgrammaticConsent: 'The owner agreed on 3 May to this program buying a number.',
}

const send = (
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
  key?: string,
) =>
  dial.call(
    path,
    {
      method,
      headers: { 'content-type': 'application/json', ...headers },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    },
    key,
  )
const answer = async (...parameters: Parameters<typeof send>) => dial.answer(await send(...parameters))
const list = async (key?: string) => {
  const { body } = await answer('GET', NUMBERS, undefined, {}, key)
  return numbersResponse.parse(body).numbers
}
const firstOf = async (key?: string) => {
  const [first] = await list(key)
  if (first === undefined) throw new Error('everybody has a number from the start')
  return first
}
const freshBuckets = () => dial.database.db.sql`delete from rate_limit where bucket like 'buy-number:%'`

async function enrich(): Promise<void> {
  const { accountId } = dial.ada().actor
  await dial.database.db.sql`
    select ledger.grant_credit(${accountId}, 'deposit_manual', ${`manual-${String(Math.random())}`}, 'purchased', 0, 0,
      100000000, null, now(), now())`
}

describe('GET /api/v1/numbers', () => {
  it('lists what the account holds, from the start one number, with its mode', async () => {
    expect(await list()).toEqual([
      {
        id: expect.stringMatching(/^num_/) as string,
        number: expect.stringMatching(/^\+1\d{3}55501\d\d$/) as string,
        nickname: null,
        country: 'US',
        capabilities: ['sms', 'call'],
        setupStatus: 'ready',
        createdAt: expect.any(String) as string,
        inboundInstruction: null,
        inboundVoiceGender: null,
        inboundLanguage: null,
        firstName: null,
        lastName: null,
        avatarUrl: null,
        maxCallDurationSeconds: null,
        mode: 'PAYG',
      },
    ])
  })
})

describe('POST /api/v1/numbers', () => {
  it('is 201 with the number, as it is read from then on', async () => {
    const terms = {
      inboundVoiceGender: 'male',
      inboundLanguage: 'pt-BR',
      areaCode: '212',
      capabilities: ['sms', 'call'],
    }
    await enrich()
    const { status, body } = await answer('POST', NUMBERS, { ...ORDER, ...terms, unknown: true })
    expect(status).toBe(201)
    const { number } = numberResponse.parse(body)
    expect(number).toMatchObject({
      inboundInstruction: ORDER.inboundInstruction,
      inboundVoiceGender: 'male',
      inboundLanguage: 'pt-BR',
      number: expect.stringMatching(/^\+1212/) as string,
    })
    expect(await answer('GET', `${NUMBERS}/${number.id}`)).toEqual({ status: 200, body })
    expect((await list()).map(({ id }) => id)).toContain(number.id)
    const { body: billing } = await dial.answer(await dial.call('/api/v1/billing'))
    expect(billing).toMatchObject({ balanceCents: 10_200 })
    expect(await dial.database.db.sql`select consent from phone_number where id = ${number.id}`).toEqual([
      { consent: ORDER.explicitProgrammaticConsent },
    ])
  })

  it('replays the first answer for the same Idempotency-Key, and is 409 for another body with it', async () => {
    const headers = { 'idempotency-key': 'k-1' }
    const first = await answer('POST', NUMBERS, ORDER, headers)
    expect(first.status).toBe(201)
    expect(await answer('POST', NUMBERS, ORDER, headers)).toEqual(first)
    expect((await answer('POST', NUMBERS, { ...ORDER, areaCode: '212' }, headers)).status).toBe(409)
  })

  it('is 409 when no number of the area is free', async () => {
    await freshBuckets()
    expect(await answer('POST', NUMBERS, { ...ORDER, areaCode: '911' })).toEqual({
      status: 409,
      body: { error: 'No number with area code 911 is free at the moment.' },
    })
  })

  it('is 402 when the wallet does not cover the first month, and the account keeps what it has', async () => {
    const cara = await addPerson(dial.container())
    expect((await answer('POST', NUMBERS, ORDER, {}, cara.key)).status).toBe(201)
    const { status, body } = await answer('POST', NUMBERS, ORDER, {}, cara.key)
    expect(status).toBe(402)
    expect(body).toEqual({
      error: 'A number costs $3.00 a month, in advance, and the balance is $2.00. Add credits first.',
    })
    expect(await list(cara.key)).toHaveLength(2)
  })

  it.each([
    [{ explicitProgrammaticConsent: undefined }, 'explicitProgrammaticConsent'],
    [{ explicitProgrammaticConsent: '' }, 'explicitProgrammaticConsent'],
    [{ explicitProgrammaticConsent: 'a'.repeat(2_001) }, 'explicitProgrammaticConsent'],
    [{ explicitProgrammaticConsent: true }, 'explicitProgrammaticConsent'],
    [{ explicitProgrammaticConsent: null }, 'explicitProgrammaticConsent'],
    [{ inboundInstruction: undefined }, 'inboundInstruction'],
    [{ inboundInstruction: '' }, 'inboundInstruction'],
    [{ inboundInstruction: 5 }, 'inboundInstruction'],
    [{ inboundVoiceGender: 'other' }, 'inboundVoiceGender'],
    [{ inboundVoiceGender: null }, 'inboundVoiceGender'],
    [{ inboundLanguage: 'english please' }, 'inboundLanguage'],
    [{ inboundLanguage: '' }, 'inboundLanguage'],
    [{ inboundLanguage: ['en'] }, 'inboundLanguage'],
    [{ areaCode: '12' }, 'areaCode'],
    [{ areaCode: '115' }, 'areaCode'],
    [{ areaCode: '2%_' }, 'areaCode'],
    [{ areaCode: 212 }, 'areaCode'],
    [{ capabilities: ['sms', 'call', 'imessage'] }, 'capabilities'],
    [{ capabilities: [] }, 'capabilities'],
    [{ capabilities: 'sms' }, 'capabilities'],
  ])('is 400 for %j', async (change, field) => {
    await freshBuckets()
    const before = await list()
    const { status, body } = await answer('POST', NUMBERS, { ...ORDER, ...change })
    expect(status).toBe(400)
    expect(body).toMatchObject({ error: { formErrors: [], fieldErrors: { [field]: [expect.any(String)] } } })
    expect(await list()).toEqual(before)
  })

  it.each([
    '{',
    'null',
    '[]',
    '"text"',
    '',
    '{"inboundInstruction":"\\u0000","explicitProgrammaticConsent":"a"}',
  ])('is 400 for the body %s', async (body) => {
    expect((await answer('POST', NUMBERS, body)).status).toBe(400)
  })

  it('is 400 for an Idempotency-Key that is none', async () => {
    expect((await answer('POST', NUMBERS, ORDER, { 'idempotency-key': 'a b' })).status).toBe(400)
  })

  it('is 413 for a body that is too large', async () => {
    expect((await answer('POST', NUMBERS, { ...ORDER, more: 'a'.repeat(70_000) })).status).toBe(413)
  })

  it('is 429 for whoever buys too fast', async () => {
    const eve = await addPerson(dial.container())
    const statuses = []
    for (let turn = 0; turn < 40; turn++) {
      statuses.push((await answer('POST', NUMBERS, '{}', {}, eve.key)).status)
    }
    expect(new Set(statuses)).toEqual(new Set([400, 429]))
  })
})

describe('PATCH /api/v1/numbers/{id}', () => {
  it('renames, and clears with an empty name', async () => {
    const { id } = await firstOf()
    const { status, body } = await answer('PATCH', `${NUMBERS}/${id}`, {
      nickname: 'Desk',
      maxCallDurationSeconds: 3600,
    })
    expect(status).toBe(200)
    expect(body).toMatchObject({ number: { id, nickname: 'Desk', maxCallDurationSeconds: 3600 } })
    const cleared = await answer('PATCH', `${NUMBERS}/${id}`, { nickname: '', maxCallDurationSeconds: null })
    expect(cleared.body).toMatchObject({ number: { nickname: null, maxCallDurationSeconds: null } })
    expect(await answer('GET', `${NUMBERS}/${id}`)).toEqual(cleared)
  })

  it('changes nothing for an empty body', async () => {
    const { id, ...rest } = await firstOf()
    expect(await answer('PATCH', `${NUMBERS}/${id}`)).toEqual({
      status: 200,
      body: { number: { id, ...rest } },
    })
  })

  it.each([
    [{ nickname: 'a'.repeat(101) }, 'nickname'],
    [{ nickname: 5 }, 'nickname'],
    [{ nickname: null }, 'nickname'],
    [{ inboundInstruction: null }, 'inboundInstruction'],
    [{ inboundVoiceGender: 'x' }, 'inboundVoiceGender'],
    [{ inboundLanguage: '!!' }, 'inboundLanguage'],
    [{ maxCallDurationSeconds: 59 }, 'maxCallDurationSeconds'],
    [{ maxCallDurationSeconds: 3601 }, 'maxCallDurationSeconds'],
    [{ maxCallDurationSeconds: 60.5 }, 'maxCallDurationSeconds'],
    [{ maxCallDurationSeconds: '60' }, 'maxCallDurationSeconds'],
    [{ firstName: 'Ada' }, 'firstName'],
    [{ lastName: 'L' }, 'lastName'],
    [{ avatarUrl: 'https://a.example/a.png' }, 'avatarUrl'],
  ])('is 400 for %j', async (change, field) => {
    const { id } = await firstOf()
    const { status, body } = await answer('PATCH', `${NUMBERS}/${id}`, change)
    expect(status).toBe(400)
    expect(body).toMatchObject({ error: { fieldErrors: { [field]: [expect.any(String)] } } })
  })

  it('is 400 for a form with a file', async () => {
    const { id } = await firstOf()
    const form = new FormData()
    form.set('avatar', new Blob(['png']), 'a.png')
    expect(
      (await dial.answer(await dial.call(`${NUMBERS}/${id}`, { method: 'PATCH', body: form }))).status,
    ).toBe(400)
  })
})

describe('DELETE /api/v1/numbers/{id}', () => {
  it('releases the number, and answers the same when it is asked again', async () => {
    const dan = await addPerson(dial.container())
    const { id } = await firstOf(dan.key)
    const released = { status: 200, body: { released: true } }
    expect(await answer('DELETE', `${NUMBERS}/${id}`, undefined, {}, dan.key)).toEqual(released)
    expect(await answer('DELETE', `${NUMBERS}/${id}`, undefined, {}, dan.key)).toEqual(released)
    expect(await list(dan.key)).toEqual([])
    for (const [method, body] of [
      ['GET', undefined],
      ['PATCH', {}],
    ] as const) {
      expect((await answer(method, `${NUMBERS}/${id}`, body, {}, dan.key)).status).toBe(404)
    }
  })
})

describe('every endpoint of numbers', () => {
  const CALLS = [
    ['GET', NUMBERS],
    ['POST', NUMBERS],
    ['GET', `${NUMBERS}/num_x`],
    ['PATCH', `${NUMBERS}/num_x`],
    ['DELETE', `${NUMBERS}/num_x`],
  ] as const

  it.each(CALLS)('is 401 for %s %s with a wrong key, before the body is looked at', async (method, path) => {
    const body = method === 'GET' ? undefined : '{'
    expect(await answer(method, path, body, {}, 'tt_wrong')).toEqual({
      status: 401,
      body: { error: 'Unauthorized' },
    })
  })

  it.each(CALLS.slice(1).filter(([method]) => method !== 'GET'))(
    'is 403 for %s %s with a key that may only read',
    async (method, path) => {
      const ctx = await makeContext(dial.container(), dial.ada().actor, 'req_test')
      const pepper = dial.container().env.API_KEY_PEPPER
      const { key } = await createApiKey(ctx, { name: 'reader', scopes: ['billing:read'], pepper })
      expect((await answer(method, path, '{', {}, key)).status).toBe(403)
    },
  )

  it('is 403 for GET with a key that may only report usage', async () => {
    const ctx = await makeContext(dial.container(), dial.ada().actor, 'req_test')
    const pepper = dial.container().env.API_KEY_PEPPER
    const { key } = await createApiKey(ctx, { name: 'meter', scopes: ['usage:write'], pepper })
    expect((await answer('GET', NUMBERS, undefined, {}, key)).status).toBe(403)
  })

  it.each(['GET', 'PATCH', 'DELETE'])(
    'is 404 for %s of a foreign number, as of one that there is not',
    async (method) => {
      const { id } = await firstOf(dial.bob().key)
      const body = method === 'PATCH' ? { nickname: 'mine' } : undefined
      const unknown = { status: 404, body: { error: 'Not found' } }
      for (const name of [id, 'num_unknown', '%00', '..%2f..', 'a'.repeat(300), '%F0%9F%98%80']) {
        expect(await answer(method, `${NUMBERS}/${name}`, body)).toEqual(unknown)
      }
      expect(await firstOf(dial.bob().key)).toMatchObject({ id, nickname: null })
    },
  )

  it.each([
    ['PUT', NUMBERS, 'GET, POST'],
    ['DELETE', NUMBERS, 'GET, POST'],
    ['PUT', `${NUMBERS}/num_x`, 'DELETE, GET, PATCH'],
    ['POST', `${NUMBERS}/num_x`, 'DELETE, GET, PATCH'],
  ])('is 405 for %s %s', async (method, path, allowed) => {
    const response = await send(method, path, '{}')
    expect(response.headers.get('allow')).toBe(allowed)
    expect((await dial.answer(response)).status).toBe(405)
  })

  it('is 503 while the database is down', async () => {
    await dial.cut('database')
    const { status } = await answer('GET', NUMBERS)
    await dial.mend('database')
    expect(status).toBe(503)
  })
})

import { beforeAll, describe, expect, test } from 'vitest'
import { FAILED_AUTHENTICATIONS } from '@/lib/auth/limits'
import { generateApiKey } from '@/lib/core/api-keys/key-codec'
import { addPerson, type TestPerson } from '@/lib/testing/person'
import { useTestContainer } from '@/lib/testing/test-container'
import { useApp } from '@/lib/testing/use-app'
import { useTestDatabase } from '@/lib/testing/use-test-database'

const suite = useTestDatabase()
const adapters = useTestContainer(suite)
const app = useApp(suite)

const CHECKOUT = '/api/v1/billing/checkout/credits'
let ada: TestPerson

beforeAll(async () => {
  ada = await addPerson(adapters())
})

function call(path: string, init: RequestInit & { duplex?: 'half' } = {}): Promise<Response> {
  return fetch(new URL(path, app().url), { redirect: 'manual', ...init })
}

const bearer = (key: string) => ({ authorization: `Bearer ${key}` })

/** Signed in, and stopped by its own body: no provider is asked. */
function post(body: BodyInit, headers: Record<string, string> = {}): Promise<Response> {
  return call(CHECKOUT, { method: 'POST', body, headers: { ...bearer(ada.key), ...headers }, duplex: 'half' })
}

async function failure(response: Response): Promise<{ status: number; body: unknown }> {
  return { status: response.status, body: await response.json() }
}

describe('a call without a good key', () => {
  const unauthorized = { status: 401, body: { error: 'Unauthorized' } }

  async function keyWith(change: string): Promise<string> {
    const { key } = await addPerson(adapters())
    const column = change === 'revoked' ? 'revoked_at' : 'expires_at'
    await suite.db.sql`
      update api_key set ${suite.db.sql(column)} = clock_timestamp() - interval '1 second'
      where preview like ${`%${key.slice(-4)}`}`
    return key
  }

  test('is answered with 401 in the envelope, whatever is wrong with it', async () => {
    const headers: Record<string, string>[] = [
      {},
      { authorization: 'Bearer nonsense' },
      bearer(generateApiKey()),
      bearer(await keyWith('revoked')),
      bearer(await keyWith('expired')),
      { 'x-api-key': ada.key },
      { cookie: `talktime.session=${ada.key}` },
    ]
    for (const sent of headers) {
      const response = await call('/api/v1/billing', { headers: sent })
      expect(response.headers.get('www-authenticate')).toBe('Bearer')
      expect(response.headers.get('cache-control')).toBe('private, no-store')
      expect(response.headers.get('x-request-id')).toMatch(/^req_/)
      expect(await failure(response)).toEqual(unauthorized)
    }
  })

  test('is refused before its body is read', async () => {
    const bodies = ['{', '"x"'.repeat(100_000)]
    for (const body of bodies) {
      expect(await failure(await call(CHECKOUT, { method: 'POST', body }))).toEqual(unauthorized)
    }
  })

  test('never takes a key from the address', async () => {
    const path = `/api/v1/billing?key=${ada.key}&access_token=${ada.key}&authorization=Bearer%20${ada.key}`
    expect(await failure(await call(path))).toEqual(unauthorized)
  })

  test('is not let in by headers that other programs believe', async () => {
    const spoofed = {
      'x-middleware-subrequest': 'proxy:proxy:proxy:proxy:proxy',
      'x-user-id': ada.actor.userId,
      'x-account-id': String(ada.actor.accountId),
      'x-forwarded-host': 'localhost',
    }
    expect(await failure(await call('/api/v1/billing', { headers: spoofed }))).toEqual(unauthorized)
    for (const header of ['rsc', 'next-action', 'next-router-prefetch', 'next-router-segment-prefetch']) {
      const response = await call('/api/v1/billing', { headers: { ...spoofed, [header]: '1' } })
      expect(response.ok).toBe(false)
      expect(await response.text()).not.toMatch(/balance/i)
    }
  })
})

describe('a body', () => {
  const invalid = (message: string) => ({
    status: 400,
    body: { error: { formErrors: [message], fieldErrors: {} } },
  })
  const notJson = invalid('The body is not valid JSON')

  test.each([
    ['a bracket', '{'],
    ['two values', '{} {}'],
    ['a byte order mark in the middle', '{"a":\ufeff1}'],
    ['form fields', 'returnUrl=https://app.talktime.example'],
    ['NaN', '{"a":NaN}'],
  ])('of %s is 400', async (_name, body) => {
    expect(await failure(await post(body))).toEqual(notJson)
  })

  test('that is no UTF-8 is 400', async () => {
    expect(await failure(await post(new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])))).toEqual(
      notJson,
    )
  })

  test('with text that cannot be stored is 400', async () => {
    for (const text of ['{"returnUrl":"\\u0000"}', '{"returnUrl":"\\ud800"}', '{"a":{"\\u0000":[]}}']) {
      expect(await failure(await post(text))).toEqual(invalid('The text is not valid Unicode'))
    }
  })

  test.each(['[]', '1', '"text"', 'null', 'true'])('of %s is 400', async (body) => {
    expect((await post(body)).status).toBe(400)
  })

  test('that nests 30,000 deep is refused without harm', async () => {
    expect((await post('['.repeat(30_000) + ']'.repeat(30_000))).status).toBe(400)
    expect((await post(`{"a":${'['.repeat(30_000)}${']'.repeat(30_000)},"returnUrl":1}`)).status).toBe(400)
  })

  test('that would change the prototype of objects changes nothing', async () => {
    const response = await post(
      '{"__proto__":{"returnUrl":"x"},"constructor":{"prototype":{"a":1}},"returnUrl":7}',
    )
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({
      error: { fieldErrors: { returnUrl: [expect.any(String)] } },
    })
  })

  test('of more than 64 KiB is 413, also when its length is a lie or not given', async () => {
    const large = `{"a":"${'x'.repeat(64 * 1024)}"}`
    expect((await post(large)).status).toBe(413)
    let sent = 0
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += 16_384
        if (sent > 64 * 1024 * 1024) controller.close()
        else controller.enqueue(new Uint8Array(16_384).fill(0x20))
      },
    })
    const outcome = await post(endless).then(
      ({ status }) => status,
      () => 'cut off',
    )
    expect([413, 'cut off']).toContain(outcome)
    expect(sent).toBeLessThan(16 * 1024 * 1024)
  })

  test('of 64 KiB to the byte is read', async () => {
    const frame = '{"returnUrl":1,"a":""}'
    const exact = `{"returnUrl":1,"a":"${'x'.repeat(64 * 1024 - frame.length)}"}`
    expect((await post(exact)).status).toBe(400)
  })
})

describe('what a dialect does not have', () => {
  test.each([
    ['GET', CHECKOUT, 405],
    ['PUT', CHECKOUT, 405],
    ['PATCH', CHECKOUT, 405],
    ['DELETE', '/api/v1/billing', 405],
    ['POST', '/api/v1/billing', 405],
    ['OPTIONS', '/api/v1/billing', 405],
    ['GET', '/api/v1/nothing', 404],
    ['POST', '/api/v1/billing/nothing', 404],
    ['GET', '/api/v1', 404],
  ])('%s %s is %i in its own envelope', async (method, path, status) => {
    const response = await call(path, { method, headers: bearer(ada.key) })
    expect(response.status).toBe(status)
    expect(response.headers.get('cache-control')).toBe('private, no-store')
    expect(await response.json()).toEqual({ error: expect.any(String) })
    if (status === 405) expect(response.headers.get('allow')).toMatch(/^(GET|POST)$/)
  })

  test('no foreign page is given the right to read an answer', async () => {
    const headers = { ...bearer(ada.key), origin: 'https://evil.example' }
    for (const method of ['GET', 'OPTIONS']) {
      const response = await call('/api/v1/billing', { method, headers })
      expect(response.headers.get('access-control-allow-origin')).toBeNull()
    }
  })
})

test('an Idempotency-Key that is none is 400', async () => {
  expect((await post('{"returnUrl":1}', { 'idempotency-key': 'x'.repeat(256) })).status).toBe(400)
})

test('failures of one client end in 429, whatever addresses it claims; a good key still works', async () => {
  const fail = (i: number) =>
    call('/api/v1/billing', {
      headers: {
        ...bearer(generateApiKey()),
        'x-forwarded-for': `198.51.100.${String(i)}`,
        'x-real-ip': `198.51.100.${String(i)}`,
        'x-talktime-peer': `198.51.100.${String(i)}`,
      },
    })
  const attempts = FAILED_AUTHENTICATIONS.burst + 20
  const answers = await Promise.all(Array.from({ length: attempts }, (_, i) => fail(i)))
  const limited = answers.filter(({ status }) => status === 429)
  expect(limited.length).toBeGreaterThanOrEqual(10)
  expect(Number(limited[0]?.headers.get('retry-after'))).toBeGreaterThan(0)
  expect(await limited[0]?.json()).toEqual({ error: expect.any(String) })
  expect((await post('{')).status).toBe(400)
})

test('nothing secret of these calls is in the log', () => {
  const output = app().program.output()
  expect(output).not.toContain(ada.key.slice(11, 43))
  expect(output).not.toContain(ada.email)
  expect(output).toContain('req_')
})

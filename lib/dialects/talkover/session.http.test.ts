import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { addPerson, type TestPerson } from '@/lib/testing/person'
import { useTestContainer } from '@/lib/testing/test-container'
import { useApp } from '@/lib/testing/use-app'
import { useTestDatabase } from '@/lib/testing/use-test-database'
import { errorResponse } from './contract'
import { sessionResponse } from './session-contract'

const suite = useTestDatabase()
const adapters = useTestContainer(suite)
const app = useApp(suite)

let ada: TestPerson

beforeAll(async () => {
  ada = await addPerson(adapters())
})

beforeEach(async () => {
  await suite.db.sql`delete from rate_limit`
})

async function call(body: string, method = 'POST') {
  const response = await fetch(new URL('/api/v1/auth/session', app().url), {
    method,
    headers: { 'content-type': 'application/json' },
    ...(method === 'POST' && { body }),
  })
  const answer: unknown = await response.json()
  const schema = response.ok ? sessionResponse : errorResponse
  expect(schema.safeParse(answer).error?.issues ?? []).toEqual([])
  expect(response.headers.get('cache-control')).toBe('private, no-store')
  return { status: response.status, headers: response.headers, body: answer }
}

const signIn = (form: unknown) => call(JSON.stringify(form))

describe('POST /api/v1/auth/session', () => {
  test('200: hands out a token that stands for the person, briefly', async () => {
    const { status, body } = await signIn({ email: ` ${ada.email.toUpperCase()} `, password: ada.password })
    expect(status).toBe(200)
    const { data } = sessionResponse.parse(body)
    const hours = (Date.parse(data.expires_at) - Date.now()) / 3_600_000
    expect(hours).toBeGreaterThan(7)
    expect(hours).toBeLessThan(9)
    const [row] = await suite.db.sql`
      select user_id, account_id, kind, name, last_used_at from access_token`
    expect(row).toEqual({
      user_id: ada.actor.userId,
      account_id: ada.actor.accountId,
      kind: 'session',
      name: 'Signed in by a program',
      last_used_at: null,
    })
    // Known there, and not taken: a route of API keys.
    const headers = { authorization: `Bearer ${data.token}` }
    expect((await fetch(new URL('/api/v1/billing', app().url), { headers })).status).toBe(403)
  })

  test('401: says the same of a wrong password and of an unknown e-mail', async () => {
    const wrong = await signIn({ email: ada.email, password: 'not the password' })
    const unknown = await signIn({ email: 'nobody@example.com', password: 'not the password' })
    expect(wrong).toMatchObject({
      status: 401,
      body: { success: false, message: 'E-mail or password is wrong.', code: 'UNAUTHENTICATED' },
    })
    expect(unknown.body).toEqual(wrong.body)
    expect(wrong.headers.get('www-authenticate')).toBe('Bearer')
  })

  test.each([
    [{}, ['email', 'password']],
    [{ email: 'nonsense', password: 'x' }, ['email']],
    [{ email: 1, password: ['x'] }, ['email', 'password']],
    [{ email: 'a@example.com', password: '' }, ['password']],
    [{ email: 'a@example.com', password: 'x'.repeat(257) }, ['password']],
  ])('422: says what is wrong with %j', async (form, fields) => {
    const { status, body } = await signIn(form)
    expect(status).toBe(422)
    const { code, details } = errorResponse.parse(body)
    expect(code).toBe('VALIDATION_ERROR')
    expect(Object.keys(details ?? {}).sort()).toEqual(fields)
  })

  test('422: is no JSON, or text that cannot be stored', async () => {
    for (const body of ['{', '[]', '{"email":"a\\u0000@example.com","password":"x"}']) {
      expect((await call(body)).status).toBe(422)
    }
  })

  test('413: is too long', async () => {
    const { status, body } = await signIn({ email: ada.email, password: 'x'.repeat(70_000) })
    expect({ status, body }).toMatchObject({ status: 413, body: { code: 'PAYLOAD_TOO_LARGE' } })
  })

  test('429: after too many tries, with the right password too, and says for how long', async () => {
    await suite.db.sql`
      insert into rate_limit (bucket, full_at)
      values (${`sign-in:${ada.email}`}, clock_timestamp() + interval '1 hour')`
    const { status, headers, body } = await signIn({ email: ada.email, password: ada.password })
    expect({ status, body }).toMatchObject({ status: 429, body: { code: 'RATE_LIMITED' } })
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0)
  })

  test.each(['GET', 'PUT', 'DELETE'])('405: %s', async (method) => {
    const { status, body, headers } = await call('', method)
    expect({ status, body }).toMatchObject({ status: 405, body: { code: 'METHOD_NOT_ALLOWED' } })
    expect(headers.get('allow')).toBe('POST')
  })
})

test('neither password nor token is in the log', async () => {
  const { body } = await signIn({ email: ada.email, password: ada.password })
  const { token } = sessionResponse.parse(body).data
  const output = app().program.output()
  expect(output).not.toContain(ada.password)
  expect(output).not.toContain(token.slice(11))
  expect(output).not.toContain(ada.email)
})

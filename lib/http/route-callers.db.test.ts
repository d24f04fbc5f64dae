import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createAccessToken } from '@/lib/core/access-tokens/create-access-token'
import { generateSessionToken } from '@/lib/core/access-tokens/token-codec'
import { requireScope } from '@/lib/core/actor'
import { dial } from '@/lib/dialects/dial/errors'
import { makeContext } from '@/lib/server/container'
import { addPerson, type TestPerson } from '@/lib/testing/person'
import { useTestContainer } from '@/lib/testing/test-container'
import { useTestDatabase } from '@/lib/testing/use-test-database'
import { route } from './route'

const suite = useTestDatabase()
const adapters = useTestContainer(suite)

let ada: TestPerson
let eve: TestPerson
/** Ada's. */
let token: string

beforeAll(async () => {
  globalThis.talktimeContainer = adapters()
  ada = await addPerson(adapters())
  eve = await addPerson(adapters())
  const ctx = await makeContext(adapters(), ada.actor, 'req_test')
  token = (await createAccessToken(ctx, { name: 'test', pepper: adapters().env.API_KEY_PEPPER })).token
})

afterAll(() => {
  globalThis.talktimeContainer = undefined
})

async function slugOf({ actor }: TestPerson): Promise<string> {
  const [row] = await suite.db.sql<{ slug: string }[]>`select slug from account where id = ${actor.accountId}`
  return row?.slug ?? ''
}

type Handler = ReturnType<typeof route>

async function ask(handler: Handler, bearer: string, slug?: string) {
  const headers = { authorization: `Bearer ${bearer}` }
  const params = Promise.resolve(slug === undefined ? {} : { slug })
  const response = await handler(new Request('http://localhost/x', { headers }), { params })
  return { status: response.status, body: (await response.json()) as unknown }
}

const accountOf = (credentials?: readonly ('api-key' | 'session' | 'token')[]) =>
  route({
    dialect: dial,
    scope: 'billing:read',
    ...(credentials && { credentials }),
    handler: async ({ actor }) => ({ account: String(requireScope(actor, 'billing:read')) }),
  })

describe('the kinds of credential that a route takes', () => {
  test('are keys and sessions where it names none', async () => {
    expect((await ask(accountOf(), ada.key)).status).toBe(200)
    expect(await ask(accountOf(), token)).toEqual({ status: 403, body: { error: expect.any(String) } })
  })

  test('are those that it names, and a good one of another kind is 403', async () => {
    expect((await ask(accountOf(['token']), token)).status).toBe(200)
    expect((await ask(accountOf(['token']), ada.key)).status).toBe(403)
    expect((await ask(accountOf(['api-key', 'token']), ada.key)).status).toBe(200)
  })

  test('do not matter to a bad one: it is 401', async () => {
    expect((await ask(accountOf(['api-key']), generateSessionToken())).status).toBe(401)
    expect((await ask(accountOf(['api-key']), `${token}x`)).status).toBe(401)
  })
})

describe('a route of an organisation', () => {
  const ofOrganisation = route({
    dialect: dial,
    scope: 'billing:read',
    credentials: ['api-key', 'token'],
    organisation: true,
    handler: async ({ actor }) => ({ account: String(requireScope(actor, 'billing:read')) }),
  })

  test('acts for the one that its path names', async () => {
    const account = String(ada.actor.accountId)
    for (const bearer of [ada.key, token]) {
      expect(await ask(ofOrganisation, bearer, await slugOf(ada))).toEqual({ status: 200, body: { account } })
    }
  })

  test('answers alike for one of others, for none, and for what cannot be one', async () => {
    const slugs = [await slugOf(eve), 'nobody-has-this', 'ADA', 'a\0b', '%', 'a'.repeat(5000), '']
    for (const bearer of [ada.key, token]) {
      for (const slug of slugs) {
        expect(await ask(ofOrganisation, bearer, slug), slug).toEqual({
          status: 404,
          body: { error: 'Not found' },
        })
      }
    }
  })

  test('refuses a bad credential first', async () => {
    for (const slug of [await slugOf(ada), 'nobody-has-this']) {
      expect((await ask(ofOrganisation, generateSessionToken(), slug)).status).toBe(401)
    }
  })
})

test('a route without limits counts nobody’s requests', async () => {
  const unlimited = route({
    dialect: dial,
    scope: 'billing:read',
    unlimited: true,
    handler: async () => ({}),
  })
  const bucket = `account:${String(eve.actor.accountId)}`
  const counted = async () => (await suite.db.sql`select from rate_limit where bucket = ${bucket}`).length
  await ask(unlimited, eve.key)
  expect(await counted()).toBe(0)
  await ask(accountOf(), eve.key)
  expect(await counted()).toBe(1)
})

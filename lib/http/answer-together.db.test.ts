import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { z } from 'zod'
import { PEER_HEADER } from '@/lib/auth/client-address'
import type { CredentialKind } from '@/lib/auth/credential'
import { FAILED_AUTHENTICATIONS } from '@/lib/auth/limits'
import { askAccount, type AccountQuestion } from '@/lib/core/account-question'
import { requireScope, type Scope } from '@/lib/core/actor'
import { generateApiKey } from '@/lib/core/api-keys/key-codec'
import type { Context } from '@/lib/core/context'
import { dial } from '@/lib/dialects/dial/errors'
import { addPerson, type TestPerson } from '@/lib/testing/person'
import { useTestContainer } from '@/lib/testing/test-container'
import { useTestDatabase } from '@/lib/testing/use-test-database'
import { route } from './route'

const suite = useTestDatabase()
const BURST = 20
const adapters = useTestContainer(suite, () => ({ REQUESTS_PER_MINUTE: '1', LOG_LEVEL: 'silent' }))
const AT_ONCE = 12
const TURNS = 5

let ada: TestPerson
beforeAll(async () => {
  globalThis.talktimeContainer = adapters()
  ada = await addPerson(adapters())
})
afterAll(() => {
  globalThis.talktimeContainer = undefined
})

const whose: AccountQuestion = { key: 'whose', call: (sql, account) => sql`to_json(${account}::text)` }
const moment: AccountQuestion = { key: 'moment', call: (sql) => sql`to_json(clock_timestamp())` }

type Options = Readonly<{
  question?: AccountQuestion
  scope?: Scope
  credentials?: readonly CredentialKind[]
  unlimited?: true
}>

/** A route that answers what was told, and counts how often it works that out. */
function routeThat({ question = whose, scope = 'billing:read', ...rules }: Options = { unlimited: true }) {
  const answers = vi.fn(async (ctx: Context, page: string) => {
    return { told: await askAccount(ctx, requireScope(ctx.actor, 'billing:read'), question), page }
  })
  const handler = route({
    ...rules,
    dialect: dial,
    scope,
    query: z.object({ page: z.string().regex(/^\d$/).default('1') }),
    asks: () => question,
    handler: (ctx, { query }) => answers(ctx, query.page),
  })
  return { handler, answers }
}

type Handler = ReturnType<typeof route>
type Sent = Readonly<{ bearer?: string; query?: string; headers?: Record<string, string> }>

async function ask(handler: Handler, { bearer = ada.key, query = '', headers }: Sent = {}) {
  const request = new Request(`http://localhost/x${query}`, {
    headers: { authorization: `Bearer ${bearer}`, [PEER_HEADER]: '10.0.0.1', ...headers },
  })
  const response = await handler(request, { params: Promise.resolve({}) })
  const body = (await response.json()) as unknown
  return { status: response.status, body, id: response.headers.get('x-request-id') }
}

const atOnce = (handler: Handler, sent?: Sent, count = AT_ONCE) =>
  Promise.all(Array.from({ length: count }, () => ask(handler, sent)))

describe('requests that are the same and come at once', () => {
  test('get one answer, each under an id of its own', async () => {
    const { handler, answers } = routeThat()
    const worked: number[] = []
    for (let turn = 0; turn < TURNS; turn++) {
      answers.mockClear()
      const found = await atOnce(handler)
      const same = { status: 200, body: { told: String(ada.actor.accountId), page: '1' } }
      expect(found.map(({ status, body }) => ({ status, body }))).toEqual(found.map(() => same))
      expect(new Set(found.map(({ id }) => id)).size).toBe(AT_ONCE)
      worked.push(answers.mock.calls.length)
    }
    // Twice where the first statement was slow and nobody waited for it.
    expect(Math.min(...worked)).toBe(1)
  })

  test('get it too where they differ in a query that the route does not read', async () => {
    const answers = vi.fn(() => Promise.resolve({}))
    const rules = { dialect: dial, scope: 'billing:read', unlimited: true } as const
    const handler = route({ ...rules, asks: () => whose, handler: answers })
    const worked: number[] = []
    for (let turn = 0; turn < TURNS; turn++) {
      answers.mockClear()
      await Promise.all(Array.from({ length: AT_ONCE }, (_, index) => ask(handler, { query: `?t=${index}` })))
      worked.push(answers.mock.calls.length)
    }
    expect(Math.min(...worked)).toBe(1)
  })

  test('get another once they may do something else, though the same is told', async () => {
    const { handler, answers } = routeThat()
    const { key, actor } = await addPerson(adapters())
    answers.mockImplementation(({ actor }) =>
      Promise.resolve({ told: 'scopes' in actor ? actor.scopes.join() : '', page: '' }),
    )
    const told = async () => ((await ask(handler, { bearer: key })).body as { told: string }).told
    // So many at a time that the key is busy all along.
    const goOn = async () => {
      let last = ''
      for (let turn = 0; turn < 30; turn++) last = await told()
      return last
    }
    expect(await told()).not.toBe('billing:read')
    const going = Array.from({ length: AT_ONCE }, goOn)
    await suite.db.sql`update api_key set scopes = '{billing:read}' where account_id = ${actor.accountId}`
    expect(await Promise.all(going)).toEqual(going.map(() => 'billing:read'))
  })

  test('get another where another thing is told', async () => {
    const { handler, answers } = routeThat({ question: moment, unlimited: true })
    const found = await atOnce(handler)
    expect(new Set(found.map(({ body }) => (body as { told: string }).told)).size).toBe(2)
    expect(answers).toHaveBeenCalledTimes(2)
  })

  test('are asked anew once there was a quiet moment', async () => {
    const { handler, answers } = routeThat()
    await ask(handler)
    await ask(handler)
    expect(answers).toHaveBeenCalledTimes(2)
  })

  test('share a failure, and nobody after them does', async () => {
    const { handler, answers } = routeThat()
    answers.mockRejectedValueOnce(new Error('gone')).mockRejectedValueOnce(new Error('gone'))
    const found = await atOnce(handler)
    expect(found.map(({ status }) => status)).toEqual(found.map(() => 500))
    for (const { body, id } of found) expect(JSON.stringify(body)).toContain(id)
    expect((await ask(handler)).status).toBe(200)
  })

  test('are each counted, and those above the limit refused', async () => {
    const { handler } = routeThat({})
    const { key } = await addPerson(adapters())
    const found = await atOnce(handler, { bearer: key }, BURST + 5)
    expect(found.filter(({ status }) => status === 200)).toHaveLength(BURST)
    expect(found.filter(({ status }) => status === 429)).toHaveLength(5)
  })

  test('are all refused for what is wrong with them', async () => {
    const { handler, answers } = routeThat()
    const statuses = async (sent: Sent, asked = handler) => [
      ...new Set((await atOnce(asked, sent)).map(({ status }) => status)),
    ]
    expect(await statuses({ query: '?page=one' })).toEqual([400])
    expect(await statuses({ bearer: generateApiKey() })).toEqual([401])
    expect(await statuses({ bearer: 'nonsense' })).toEqual([401])
    expect(await statuses({}, routeThat({ scope: 'keys:write', unlimited: true }).handler)).toEqual([403])
    const forTokens = routeThat({ credentials: ['token'], unlimited: true }).handler
    expect(await statuses({}, forTokens)).toEqual([403])
    expect(answers).not.toHaveBeenCalled()
  })

  test('are refused from the moment in which their key is revoked, however busy it is', async () => {
    const { handler } = routeThat()
    const { key, actor } = await addPerson(adapters())
    const sent = { bearer: key, headers: { [PEER_HEADER]: '10.0.0.9' } }
    const before = atOnce(handler, sent)
    await suite.db
      .sql`update api_key set revoked_at = clock_timestamp() where account_id = ${actor.accountId}`
    const after = await atOnce(handler, sent)
    expect(after.map(({ status }) => status)).toEqual(after.map(() => 401))
    await before
  })
})

describe('requests that differ do not share', () => {
  test('between keys', async () => {
    const { handler } = routeThat()
    const eve = await addPerson(adapters())
    const turns = await Promise.all([ada, eve].map(({ key }) => atOnce(handler, { bearer: key })))
    const told = turns.map((turn) => [...new Set(turn.map(({ body }) => (body as { told: string }).told))])
    expect(told).toEqual([[String(ada.actor.accountId)], [String(eve.actor.accountId)]])
  })

  test('between addresses', async () => {
    const { handler } = routeThat()
    const turns = await Promise.all(['1', '2'].map((page) => atOnce(handler, { query: `?page=${page}` })))
    const pages = turns.map((turn) => [...new Set(turn.map(({ body }) => (body as { page: string }).page))])
    expect(pages).toEqual([['1'], ['2']])
  })

  test('between clients: the failures of one are not those of another', async () => {
    const { handler } = routeThat()
    const bearer = generateApiKey()
    const clients = ['10.0.0.2', '10.0.0.3'].map((client) => ({ [PEER_HEADER]: client }))
    const count = FAILED_AUTHENTICATIONS.burst
    const turns = await Promise.all(clients.map((headers) => atOnce(handler, { bearer, headers }, count + 1)))
    const statuses = [...Array.from({ length: count }, () => 401), 429]
    for (const turn of turns) expect(turn.map(({ status }) => status)).toEqual(statuses)
  })

  test('between routes', async () => {
    const [first, second] = [routeThat(), routeThat({ question: moment, unlimited: true })]
    const turns = await Promise.all([first, second].map(({ handler }) => atOnce(handler)))
    const told = turns.map((turn) => turn.some(({ body }) => JSON.stringify(body).includes('"told":"20')))
    expect(told).toEqual([false, true])
  })

  test('where one carries a key of its own, or one that is none', async () => {
    const { handler, answers } = routeThat()
    const headers = { 'idempotency-key': 'mine' }
    await atOnce(handler, { headers })
    expect(answers).toHaveBeenCalledTimes(AT_ONCE)
    expect((await ask(handler, { headers: { 'idempotency-key': 'two words' } })).status).toBe(400)
  })
})

test('a shared answer is worked out of nothing else than what was told', async () => {
  for (const look of [
    (ctx: Context) => ctx.now(),
    (ctx: Context) => ctx.db,
    (ctx: Context) => ctx.payments,
  ]) {
    const { handler, answers } = routeThat()
    answers.mockImplementationOnce((ctx) => Promise.resolve({ told: look(ctx), page: '' }))
    expect((await ask(handler)).status).toBe(500)
  }
})

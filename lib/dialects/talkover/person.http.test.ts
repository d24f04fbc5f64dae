import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { assignPlan } from '@/lib/core/allowance/assign-plan'
import { definePlan } from '@/lib/core/allowance/define-plan'
import { usdFromCents } from '@/lib/kit/money'
import { makeContext } from '@/lib/server/container'
import { openBrowserSession } from '@/lib/testing/browser-session'
import { sessionTokenOf } from '@/lib/testing/buyer'
import { addPerson, type TestPerson } from '@/lib/testing/person'
import { useDial } from '@/lib/testing/use-dial'
import { errorResponse } from './contract'
import { losslessJson } from './json'
import { createdTokenResponse, tokensResponse, userResponse } from './person-contract'

const TOKENS = '/api/v1/user/api-tokens'
const product = useDial()
let carol: TestPerson
/** Stands for Carol's sign-in. */
let session: string

beforeAll(async () => {
  carol = await addPerson(product.container())
  session = await sessionTokenOf(product.container(), carol)
})

beforeEach(async () => {
  await product.database.db.sql`delete from rate_limit`
})

const call = (path: string, token: string, method = 'GET', body?: unknown) =>
  product.call(
    path,
    {
      method,
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    },
    token,
  )
const create = async (body: unknown, token = session) => {
  const response = await call(TOKENS, token, 'POST', body)
  expect(response.status).toBe(200)
  return createdTokenResponse.parse(losslessJson.parse(await response.text())).data
}
const list = async () =>
  tokensResponse.parse(losslessJson.parse(await (await call(TOKENS, session)).text())).data
const refusal = async (response: Promise<Response>) => {
  const answer = await response
  const { code, details } = errorResponse.parse(await answer.json())
  return { status: answer.status, code, ...(details && { details }) }
}

describe('GET /api/user', () => {
  it('tells who the token stands for, in no envelope', async () => {
    const text = await (await call('/api/user', session)).text()
    const shown = userResponse.parse(losslessJson.parse(text))
    expect(Object.keys(shown)).toEqual(['id', 'name', 'email', 'current_environment_id', 'created_at'])
    expect(shown).toMatchObject({
      email: carol.email,
      current_environment_id: { value: String(carol.actor.accountId) },
    })
  })

  it('answers a personal token and the signed-in browser with the same', async () => {
    const { token } = await create({ name: 'reader', abilities: ['billing:read'] })
    const browser = openBrowserSession(product.appUrl())
    await browser.signIn(carol)
    const bySession = await (await call('/api/user', session)).text()
    expect(await (await call('/api/user', token)).text()).toBe(bySession)
    expect(await (await browser.request('/api/user')).text()).toBe(bySession)
  })

  it('is 401 without a token, 403 for an API key, 405 for a POST, 503 without a database', async () => {
    expect(await refusal(call('/api/user', ''))).toEqual({ status: 401, code: 'UNAUTHENTICATED' })
    expect(await refusal(call('/api/user', carol.key))).toEqual({ status: 403, code: 'FORBIDDEN' })
    expect(await refusal(call('/api/user', session, 'POST'))).toEqual({
      status: 405,
      code: 'METHOD_NOT_ALLOWED',
    })
    await product.cut('database')
    expect(await refusal(call('/api/user', session))).toEqual({ status: 503, code: 'SERVICE_UNAVAILABLE' })
  })
})

describe('API tokens', () => {
  it('are 409 where the plan of the account allows no more', async () => {
    const planned = await addPerson(product.container())
    const token = await sessionTokenOf(product.container(), planned)
    const ctx = await makeContext(product.container(), { kind: 'system', name: 'test' }, 'req_test')
    await definePlan(ctx, { id: 'basic', name: 'Basic', monthly: usdFromCents(6_000), tokensMax: 1 })
    await assignPlan(ctx, { accountId: planned.actor.accountId, planId: 'basic' })
    await create({ name: 'first' }, token)
    expect(await refusal(call(TOKENS, token, 'POST', { name: 'second' }))).toEqual({
      status: 409,
      code: 'CONFLICT',
    })
  })

  it('are shown once, listed without their secret, and act for their person', async () => {
    const made = await create({ name: ' My program ' })
    expect(made).toMatchObject({ name: 'My program', abilities: ['*'] })
    expect(made.token).toMatch(new RegExp(`^${made.id.value}\\|`))
    expect((await call('/api/v1/credits/balance', made.token)).status).toBe(200)
    const text = await (await call(TOKENS, session)).text()
    expect(text).not.toContain(made.token.split('|')[1])
    const listed = (await list()).find(({ id }) => id.value === made.id.value)
    expect(listed).toMatchObject({ name: 'My program', abilities: ['*'], created_at: made.created_at })
    expect(listed?.last_used_at).toMatch(/Z$/)
  })

  it('do no more than their abilities say', async () => {
    const { token } = await create({ name: 'reader', abilities: ['billing:read'] })
    expect((await call('/api/v1/credits/balance', token)).status).toBe(200)
    const purchase = call('/api/v1/credits/purchase', token, 'POST', { amount: 5 })
    expect(await refusal(purchase)).toEqual({ status: 403, code: 'FORBIDDEN' })
  })

  it('make no further tokens, whatever their abilities', async () => {
    const { token } = await create({ name: 'everything' })
    expect(await refusal(call(TOKENS, token, 'POST', { name: 'more' }))).toEqual({
      status: 403,
      code: 'FORBIDDEN',
    })
  })

  it('are worth nothing once they are revoked', async () => {
    const made = await create({ name: 'leaked' })
    const path = `${TOKENS}/${made.id.value}`
    const revoked = await call(path, session, 'DELETE')
    expect([revoked.status, await revoked.json()]).toEqual([200, { message: 'Token revoked' }])
    expect(await refusal(call('/api/user', made.token))).toEqual({ status: 401, code: 'UNAUTHENTICATED' })
    expect((await list()).map(({ id }) => id.value)).not.toContain(made.id.value)
  })

  it('of somebody else are none', async () => {
    const bob = await sessionTokenOf(product.container(), product.bob())
    const made = await create({ name: 'mine' })
    for (const id of [made.id.value, '999999', '9'.repeat(19), '9'.repeat(40), 'x', '1.5', '-1']) {
      expect(await refusal(call(`${TOKENS}/${id}`, bob, 'DELETE'))).toEqual({
        status: 404,
        code: 'NOT_FOUND',
      })
    }
    expect((await list()).map(({ id }) => id.value)).toContain(made.id.value)
  })

  it('that stand for a sign-in are not among them', async () => {
    expect((await list()).filter(({ name }) => name === 'test')).toEqual([])
  })

  it.each([
    [{}, 'name'],
    [{ name: '' }, 'name'],
    [{ name: '   ' }, 'name'],
    [{ name: 5 }, 'name'],
    [{ name: 'x'.repeat(256) }, 'name'],
    [{ name: 'a', abilities: [] }, 'abilities'],
    [{ name: 'a', abilities: ['system'] }, 'abilities'],
    [{ name: 'a', abilities: '*' }, 'abilities'],
    ['{', 'request'],
  ])('are not made from %j: 422', async (body, field) => {
    const { details, ...rest } = await refusal(call(TOKENS, session, 'POST', body))
    expect(rest).toEqual({ status: 422, code: 'VALIDATION_ERROR' })
    expect(Object.keys(details ?? {})).toEqual([field])
  })

  it('are 401 without a token, 403 for an API key, 405 for a PUT, 413 for a body without end', async () => {
    expect(await refusal(call(TOKENS, '', 'POST', '{'))).toEqual({ status: 401, code: 'UNAUTHENTICATED' })
    expect(await refusal(call(TOKENS, carol.key))).toEqual({ status: 403, code: 'FORBIDDEN' })
    expect(await refusal(call(TOKENS, session, 'PUT'))).toEqual({ status: 405, code: 'METHOD_NOT_ALLOWED' })
    expect(await refusal(call(TOKENS, session, 'POST', { name: 'x'.repeat(70_000) }))).toEqual({
      status: 413,
      code: 'PAYLOAD_TOO_LARGE',
    })
  })

  it('are 429 for whoever makes too many', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => call(TOKENS, session, 'POST', { name: 'many' })),
    )
    const limited = answers.find(({ status }) => status === 429)
    expect(Number(limited?.headers.get('retry-after'))).toBeGreaterThan(0)
  })

  it('are 503 without a database', async () => {
    await product.cut('database')
    const answers = await Promise.all(
      ['GET', 'POST'].map((method) =>
        refusal(call(TOKENS, session, method, method === 'POST' ? { name: 'a' } : undefined)),
      ),
    )
    for (const answer of answers) expect(answer).toEqual({ status: 503, code: 'SERVICE_UNAVAILABLE' })
  })
})

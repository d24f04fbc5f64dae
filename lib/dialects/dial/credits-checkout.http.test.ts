import { describe, expect, it } from 'vitest'
import { createApiKey } from '@/lib/core/api-keys/create-api-key'
import { startCreditsCheckout } from '@/lib/core/top-ups/start-credits-checkout'
import { refusalOf } from '@/lib/http/refusal'
import { refusalResponse } from '@/lib/http/respond'
import { makeContext } from '@/lib/server/container'
import { FOREIGN_RETURN_URLS } from '@/lib/testing/foreign-return-urls'
import { addPerson } from '@/lib/testing/person'
import { BILLING, CHECKOUT, useDial } from '@/lib/testing/use-dial'
import { billingResponse, errorResponse } from './contract'
import { dial as dialect } from './errors'

const dial = useDial()

describe('POST /api/v1/billing/checkout/credits', () => {
  it.each([
    ['no body', '', {}],
    ['no body of JSON', '', { 'content-type': 'text/plain' }],
    ['an empty object', '{}', {}],
    ['another content type', '{}', { 'content-type': 'text/plain' }],
    ['keys that it does not know', '{"amount":5,"account_id":"2","__proto__":{"a":1}}', {}],
    ['a return URL on the list', '{"returnUrl":"https://partner.example/back"}', {}],
  ])('opens a Checkout for %s', async (_case, body, headers) => {
    const { status, body: shown } = await dial.answer(await dial.startCheckout(body, headers))
    expect(status).toBe(200)
    expect(shown).toMatchObject({ clientSecret: expect.stringMatching(/^cs_test_.+_secret_/) as string })
  })

  it('opens one that Stripe refuses to complete outside the limits of the price', async () => {
    const sessionId = await dial.openSession()
    for (const cents of [0, 499, 100_001]) {
      expect(await dial.stripe.pay(sessionId, { cents })).toMatchObject({ kind: 'invalid', field: 'amount' })
    }
    expect(await dial.stripe.pay(sessionId, { cents: 500 })).toMatchObject({ kind: 'complete' })
  })

  it('books nothing when Checkout is opened or returned from: only what was paid is credited', async () => {
    const sessionId = await dial.openSession()
    await dial.call(`/billing/return?session_id=${sessionId}`)
    const { body } = await dial.answer(await dial.call(BILLING))
    expect(billingResponse.parse(body).balanceCents).toBe(500)
  })

  it.each([
    ['malformed JSON', '{', { formErrors: ['The body is not valid JSON'], fieldErrors: {} }],
    ['text after the JSON', '{}{}', { formErrors: ['The body is not valid JSON'], fieldErrors: {} }],
  ])('is 400 for %s', async (_case, body, error) => {
    expect(await dial.answer(await dial.startCheckout(body))).toEqual({ status: 400, body: { error } })
  })

  it.each(['null', '[]', '"text"', '5', 'true', '[{"returnUrl":"https://partner.example"}]'])(
    'is 400 for the body %s, which is no object',
    async (body) => {
      const { status, body: shown } = await dial.answer(await dial.startCheckout(body))
      expect(status).toBe(400)
      expect(shown).toMatchObject({ error: { formErrors: [expect.any(String)], fieldErrors: {} } })
    },
  )

  it.each([5, null, true, [], {}, ['https://partner.example']])(
    'is 400 for the return URL %j, which is no text',
    async (returnUrl) => {
      const { status, body } = await dial.answer(await dial.startCheckout({ returnUrl }))
      expect(status).toBe(400)
      expect(body).toMatchObject({
        error: { formErrors: [], fieldErrors: { returnUrl: [expect.any(String)] } },
      })
    },
  )

  it('is 400 for every return URL that leads elsewhere, and asks nothing of Stripe', async () => {
    await dial.freshCheckoutBucket()
    await dial.stripe.forgetRequests()
    const own = [
      dial.appUrl().replace('http:', 'https:'),
      `${dial.appUrl()}@evil.example`,
      `${dial.appUrl()}.evil.example`,
    ]
    for (const returnUrl of [...FOREIGN_RETURN_URLS, ...own]) {
      const response = await dial.startCheckout({ returnUrl })
      if (response.status === 429) {
        await dial.freshCheckoutBucket()
        continue
      }
      const { status, body } = await dial.answer(response)
      expect({ returnUrl, status }).toEqual({ returnUrl, status: 400 })
      expect(Object.keys(errorFields(body))).toEqual(['returnUrl'])
    }
    expect(await dial.stripe.requests()).toEqual([])
  })

  it.each(['a b', 'ü', 'a'.repeat(256), ''])('is 400 for the Idempotency-Key %j', async (key) => {
    const response = await dial.startCheckout('{}', { 'idempotency-key': encodeHeader(key) })
    expect((await dial.answer(response)).status).toBe(400)
  })

  it('replays the first answer for the same key, and is 409 for another body with it', async () => {
    await dial.freshCheckoutBucket()
    const first = await dial.answer(await dial.startCheckout('{}', { 'idempotency-key': 'k-1' }))
    expect(await dial.answer(await dial.startCheckout('', { 'idempotency-key': 'k-1' }))).toEqual(first)
    const other = { returnUrl: 'https://partner.example/' }
    expect((await dial.answer(await dial.startCheckout(other, { 'idempotency-key': 'k-1' }))).status).toBe(
      409,
    )
  })

  it('is 403 for an impersonator', async () => {
    const { accountId } = dial.ada().actor
    const scopes = ['billing:read', 'keys:read'] as const
    const actor = { kind: 'impersonator', staffUserId: 's', reason: 'a call', accountId, scopes } as const
    const ctx = await makeContext(dial.container(), actor, 'req_test')
    const refused = await startCreditsCheckout(ctx, { returnUrl: null, idempotencyKey: null }).catch(
      (error: unknown) => refusalResponse(dialect, refusalOf(error, 'req_test', ctx.log)),
    )
    expect(refused).toBeInstanceOf(Response)
    if (refused instanceof Response) expect((await dial.answer(refused)).status).toBe(403)
  })

  it('is 403 for a key that may only read', async () => {
    const ctx = await makeContext(dial.container(), dial.ada().actor, 'req_test')
    const pepper = dial.container().env.API_KEY_PEPPER
    const { key } = await createApiKey(ctx, { name: 'reader', scopes: ['billing:read'], pepper })
    expect((await dial.answer(await dial.call(CHECKOUT, { method: 'POST' }, key))).status).toBe(403)
  })

  it('is 401 for a key that was revoked, before the body is looked at', async () => {
    const dan = await addPerson(dial.container())
    await dial.database.db
      .sql`update api_key set revoked_at = now() where account_id = ${dan.actor.accountId}`
    for (const path of [BILLING, CHECKOUT]) {
      const init = path === BILLING ? {} : { method: 'POST', body: '{' }
      expect(await dial.answer(await dial.call(path, init, dan.key))).toEqual({
        status: 401,
        body: { error: 'Unauthorized' },
      })
    }
  })

  it('is 413 for a body that is too large', async () => {
    await dial.freshCheckoutBucket()
    expect((await dial.answer(await dial.startCheckout(`{"a":"${'a'.repeat(70_000)}"}`))).status).toBe(413)
  })

  it('is 429 with a time to come back for whoever starts too many', async () => {
    const eve = await addPerson(dial.container())
    const answers = []
    for (let turn = 0; turn < 40; turn++) {
      answers.push(await dial.call(CHECKOUT, { method: 'POST', body: '{"returnUrl":5}' }, eve.key))
    }
    const limited = answers.find((response) => response.status === 429)
    expect(Number(limited?.headers.get('retry-after'))).toBeGreaterThan(0)
    if (limited) expect((await dial.answer(limited)).status).toBe(429)
  })

  it('is 503 while Stripe is down, and nothing is left of it at Stripe', async () => {
    await dial.freshCheckoutBucket()
    await dial.cut('stripe')
    const response = await dial.startCheckout('{}')
    expect((await dial.answer(response)).status).toBe(503)
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0)
  })

  it('is 503 while the database is down, and Stripe is not asked', async () => {
    await dial.stripe.forgetRequests()
    await dial.cut('database')
    expect((await dial.answer(await dial.startCheckout('{}'))).status).toBe(503)
    expect(await dial.stripe.requests()).toEqual([])
  })

  it.each(['GET', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])('is 405 for %s', async (method) => {
    expect((await dial.answer(await dial.call(CHECKOUT, { method }))).status).toBe(405)
  })
})

function errorFields(body: unknown): Record<string, string[]> {
  const { error } = errorResponse.parse(body)
  return typeof error === 'string' ? {} : error.fieldErrors
}

/** Header values are bytes: what is beyond Latin-1 is sent as its UTF-8. */
function encodeHeader(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1')
}

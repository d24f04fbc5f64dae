import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { Refusal } from '@/lib/http/dialect'
import { parseInput } from '@/lib/http/parse-input'
import { readJsonBody } from '@/lib/http/read-body'
import { BillingError } from '@/lib/kit/errors'
import { previewRequest, purchaseRequest } from './contract'
import { chugerAt } from './errors'
import { errorResponse } from './errors-contract'
import { laravelJson } from './json'

const dialect = chugerAt('/v1/credits')
const refusal = (code: Refusal['code'], rest: Partial<Refusal> = {}): Refusal => ({
  code,
  message: 'A sentence.',
  fields: undefined,
  details: undefined,
  retryAfterSeconds: undefined,
  requestId: 'req_1',
  ...rest,
})

const STATUSES: readonly (readonly [Refusal['code'], number])[] = [
  ['unauthenticated', 401],
  ['forbidden', 403],
  ['impersonating', 403],
  ['not_found', 404],
  ['route_not_found', 404],
  ['method_not_allowed', 405],
  ['invalid_input', 422],
  ['conflict', 409],
  ['subscription_active', 409],
  ['subscription_missing', 409],
  ['payment_declined', 402],
  ['authentication_required', 402],
  ['payment_pending', 409],
  ['payment_method_missing', 422],
  ['payment_method_not_found', 422],
  ['auto_top_up_not_configured', 422],
  ['daily_limit_exceeded', 422],
  ['idempotency_key_reused', 409],
  ['in_flight', 409],
  ['insufficient_funds', 402],
  ['payload_too_large', 413],
  ['rate_limited', 429],
  ['payment_provider_unavailable', 503],
  ['database_unavailable', 503],
  ['internal', 500],
]

describe("Chuger's refusals", () => {
  it.each(STATUSES)('answers %s with %i in an envelope', (code, status) => {
    const answer = dialect.refuse(refusal(code))
    expect(answer.status).toBe(status)
    expect(errorResponse.safeParse(answer.body)).toMatchObject({ success: true })
  })

  it.each<[Refusal['code'], object]>([
    ['unauthenticated', { message: 'Unauthenticated.' }],
    ['not_found', { error: 'No account found for user' }],
    ['conflict', { message: 'A sentence.' }],
    [
      'insufficient_funds',
      { error: 'Insufficient Credits', message: 'A sentence.', code: 'INSUFFICIENT_CREDITS' },
    ],
  ])('words %s as its documents do', (code, body) => {
    expect(dialect.refuse(refusal(code)).body).toEqual(body)
  })

  it('says of too many requests when to come back, in seconds and as a date', () => {
    const { body } = dialect.refuse(refusal('rate_limited', { retryAfterSeconds: 30 }))
    expect(body).toMatchObject({
      error: 'Rate limit exceeded',
      retry_after: 30,
      details: { endpoint: '/v1/credits', limit: 10, remaining: 0 },
    })
    const { details } = z
      .object({ details: z.object({ reset_time: z.number(), reset_date: z.string() }) })
      .parse(body)
    expect(Math.abs(details.reset_time - Date.now() / 1000 - 30)).toBeLessThan(5)
    expect(Date.parse(details.reset_date.replace(' UTC', 'Z'))).toBe(details.reset_time * 1000)
  })
})

describe('what is wrong with a request is worded as Laravel words it', () => {
  const purchase = (value: unknown) => refused(() => parseInput(purchaseRequest, value))

  it('to the letter of the published example', () => {
    const example: unknown = JSON.parse(
      readFileSync(new URL('./source/chuger-credits-purchase.example.json', import.meta.url), 'utf8'),
    )
    const { invalid } = z
      .object({ invalid: z.object({ status: z.number(), body: z.unknown() }) })
      .parse(example)
    expect(purchase({ credits: 99 })).toEqual(invalid)
  })

  it.each<[unknown, string]>([
    [{ credits: 0 }, 'The credits must be at least 100.'],
    [{ credits: -100 }, 'The credits must be at least 100.'],
    [{ credits: 10_001 }, 'The credits must not be greater than 10000.'],
    [{ credits: 1e300 }, 'The credits must not be greater than 10000.'],
    [{ credits: '1000' }, 'The credits must be an integer.'],
    [{ credits: 100.5 }, 'The credits must be an integer.'],
    [{ credits: true }, 'The credits must be an integer.'],
    [{ credits: [1000] }, 'The credits must be an integer.'],
    [{ credits: {} }, 'The credits must be an integer.'],
    [{ credits: null }, 'The credits field is required.'],
    [{ credits: '' }, 'The credits field is required.'],
    [{}, 'The credits field is required.'],
  ])('%j: %s', (value, message) => {
    expect(purchase(value)).toEqual({ status: 422, body: { message, errors: { credits: [message] } } })
  })

  it.each([100, 10_000, 1000.0, 1e3])('takes %d credits', (credits) => {
    expect(parseInput(purchaseRequest, { credits })).toEqual({ credits })
  })

  it('counts the mistakes beyond the first', () => {
    const { body } = refused(() => parseInput(previewRequest, { service_type: 'fax', quantity: 101 }))
    expect(body).toEqual({
      message: 'The selected service type is invalid. (and 1 more error)',
      errors: {
        service_type: ['The selected service type is invalid.'],
        quantity: ['The quantity must not be greater than 100.'],
      },
    })
  })

  it.each(['{', '[]', 'null', '"text"', '5', '{}{}', 'credits=1000'])(
    'finds no field in the body %s',
    async (text) => {
      const request = new Request('http://a.example/', { method: 'POST', body: text })
      const body = await readJsonBody(request, undefined, laravelJson)
      expect(purchase(body)).toMatchObject({ body: { message: 'The credits field is required.' } })
    },
  )
})

function refused(run: () => unknown) {
  try {
    run()
  } catch (error) {
    if (!(error instanceof BillingError)) throw error
    const { code, message, fields } = error
    return dialect.refuse(refusal(code, { message, fields }))
  }
  throw new Error('this is refused')
}

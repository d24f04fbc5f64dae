import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { parseInput, readIdempotencyKey, readQuery } from '@/lib/http/parse-input'
import { readJsonBody } from '@/lib/http/read-body'
import type { Refusal } from '@/lib/http/dialect'
import { BillingError } from '@/lib/kit/errors'
import { dreadnode } from './errors'
import { errorResponse } from './errors-contract'
import { boolean, integer, queryInteger, text } from './fields'

const refusal = (code: Refusal['code'], rest: Partial<Refusal> = {}): Refusal => ({
  code,
  message: 'A sentence.',
  fields: undefined,
  details: undefined,
  retryAfterSeconds: undefined,
  requestId: 'req_1',
  ...rest,
})

const ANSWERS: readonly (readonly [Refusal['code'], number, string])[] = [
  ['unauthenticated', 401, 'authentication_error'],
  ['forbidden', 403, 'forbidden_error'],
  ['impersonating', 403, 'forbidden_error'],
  ['not_found', 404, 'not_found_error'],
  ['route_not_found', 404, 'not_found_error'],
  ['method_not_allowed', 405, 'bad_request_error'],
  ['invalid_input', 422, 'validation_error'],
  ['conflict', 409, 'conflict_error'],
  ['subscription_active', 409, 'conflict_error'],
  ['subscription_missing', 409, 'conflict_error'],
  ['payment_declined', 400, 'bad_request_error'],
  ['authentication_required', 400, 'bad_request_error'],
  ['payment_pending', 409, 'conflict_error'],
  ['payment_method_missing', 400, 'bad_request_error'],
  ['payment_method_not_found', 404, 'not_found_error'],
  ['auto_top_up_not_configured', 400, 'bad_request_error'],
  ['daily_limit_exceeded', 400, 'bad_request_error'],
  ['idempotency_key_reused', 409, 'conflict_error'],
  ['in_flight', 409, 'conflict_error'],
  ['insufficient_funds', 400, 'bad_request_error'],
  ['payload_too_large', 400, 'bad_request_error'],
  ['rate_limited', 429, 'rate_limit_error'],
  ['payment_provider_unavailable', 502, 'bad_gateway_error'],
  ['database_unavailable', 500, 'app_error'],
  ['internal', 500, 'app_error'],
]

describe("Dreadnode's refusals", () => {
  it.each(ANSWERS)('answers %s with %i in the envelope', (code, status, type) => {
    const answer = dreadnode.refuse(refusal(code))
    expect(answer.status).toBe(status)
    expect(errorResponse.parse(answer.body)).toMatchObject({ code: status, type })
  })

  it('says of a credential what its document says, and leaves errors out', () => {
    expect(dreadnode.refuse(refusal('unauthenticated')).body).toEqual({
      code: 401,
      detail: 'Authentication failed',
      type: 'authentication_error',
    })
  })

  it('tells a provider that does not answer from one that answers badly', () => {
    const { body } = dreadnode.refuse(refusal('payment_provider_unavailable', { isUnanswered: true }))
    expect(body).toMatchObject({ code: 504, type: 'gateway_timeout_error' })
  })

  it('names on the wire what a verb has against a value', () => {
    const fields = { formErrors: [], fieldErrors: { successUrl: ['Invalid url'] } }
    expect(dreadnode.refuse(refusal('invalid_input', { fields })).body).toEqual({
      code: 422,
      detail: 'Validation error',
      type: 'validation_error',
      errors: [{ loc: ['body', 'success_url'], msg: 'Value error, Invalid url', type: 'value_error' }],
    })
  })
})

describe('what is wrong with a request is worded as FastAPI words it', () => {
  const body = z.object({
    success_url: text(),
    quantity: integer({ min: 1, max: 10 }).default(1),
    enabled: boolean().optional(),
  })

  it.each([
    [{}, 'success_url', 'missing', 'Field required'],
    [{ success_url: 5 }, 'success_url', 'string_type', 'Input should be a valid string'],
    [{ success_url: null }, 'success_url', 'string_type', 'Input should be a valid string'],
    [
      { success_url: 'a', quantity: 0 },
      'quantity',
      'greater_than_equal',
      'Input should be greater than or equal to 1',
    ],
    [
      { success_url: 'a', quantity: 11 },
      'quantity',
      'less_than_equal',
      'Input should be less than or equal to 10',
    ],
    [
      { success_url: 'a', quantity: '2' },
      'quantity',
      'int_parsing',
      'Input should be a valid integer, unable to parse string as an integer',
    ],
    [
      { success_url: 'a', quantity: 1.5 },
      'quantity',
      'int_from_float',
      'Input should be a valid integer, got a number with a fractional part',
    ],
    [{ success_url: 'a', quantity: true }, 'quantity', 'int_type', 'Input should be a valid integer'],
    [{ success_url: 'a', quantity: null }, 'quantity', 'int_type', 'Input should be a valid integer'],
    [{ success_url: 'a', enabled: 1 }, 'enabled', 'bool_type', 'Input should be a valid boolean'],
  ])('%j', (value, field, type, msg) => {
    expect(errorsOf(() => parseInput(body, value))).toEqual([{ loc: ['body', field], msg, type }])
  })

  it('all mistakes at once, in the order of the fields', () => {
    const errors = errorsOf(() => parseInput(body, { quantity: 99 }))
    expect(errors.map(({ loc }) => loc)).toEqual([
      ['body', 'success_url'],
      ['body', 'quantity'],
    ])
  })

  it('what is no object', () => {
    expect(errorsOf(() => parseInput(body, []))).toEqual([
      {
        loc: ['body'],
        msg: 'Input should be a valid dictionary or object to extract fields from',
        type: 'model_attributes_type',
      },
    ])
  })

  it.each([
    ['0', 'greater_than_equal'],
    ['101', 'less_than_equal'],
    ['1.5', 'int_parsing'],
    ['', 'int_parsing'],
    ['ten', 'int_parsing'],
    ['9'.repeat(400), 'int_parsing'],
  ])('a limit of %s in the query', (limit, type) => {
    const query = z.object({ limit: queryInteger({ min: 1, max: 100 }) })
    expect(errorsOf(() => parseInput(query, { limit }, 'query'))).toMatchObject([
      { loc: ['query', 'limit'], type },
    ])
  })

  it('bad JSON, bad text, a bad key and a name given twice', async () => {
    const post = (sent: string) => new Request('http://a.example/', { method: 'POST', body: sent })
    const caught = await readJsonBody(post('{')).catch((error: unknown) => error)
    expect(itemsOf(caught)).toEqual([{ loc: ['body'], msg: 'JSON decode error', type: 'json_invalid' }])
    const unstorable = await readJsonBody(post('{"a":"\\u0000"}')).catch((error: unknown) => error)
    expect(itemsOf(unstorable)).toMatchObject([{ loc: ['body'], type: 'string_unicode' }])
    expect(errorsOf(() => readIdempotencyKey(new Headers({ 'idempotency-key': 'a b' })))).toMatchObject([
      { loc: ['header', 'idempotency-key'], type: 'header_invalid' },
    ])
    expect(errorsOf(() => readQuery('http://a.example/?a=1&a=2'))).toMatchObject([
      { loc: ['query', 'a'], type: 'repeated' },
    ])
    expect(readQuery('http://a.example/?a=1&a=2', ['a', 'b'])).toEqual({ a: ['1', '2'] })
  })
})

function errorsOf(run: () => unknown) {
  try {
    run()
  } catch (error) {
    return itemsOf(error)
  }
  throw new Error('this is refused')
}

function itemsOf(error: unknown) {
  if (!(error instanceof BillingError)) throw error
  const { code, message, fields, issues } = error
  return errorResponse.parse(dreadnode.refuse(refusal(code, { message, fields, issues })).body).errors ?? []
}

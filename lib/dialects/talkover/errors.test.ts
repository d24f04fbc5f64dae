import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { Dialect, Refusal } from '@/lib/http/dialect'
import { refusalResponse } from '@/lib/http/respond'
import { errorResponse } from './contract'
import { talkover, talkoverWithReasons } from './errors'

const refusal = (code: Refusal['code'], rest: Partial<Refusal> = {}): Refusal => ({
  code,
  message: 'A sentence.',
  fields: undefined,
  details: undefined,
  retryAfterSeconds: undefined,
  requestId: 'req_1',
  ...rest,
})

const refuse = (code: Refusal['code'], rest?: Partial<Refusal>, dialect: Dialect = talkover) =>
  dialect.refuse(refusal(code, rest))

const ANSWERS: readonly (readonly [Refusal['code'], number, string])[] = [
  ['unauthenticated', 401, 'UNAUTHENTICATED'],
  ['forbidden', 403, 'FORBIDDEN'],
  ['impersonating', 403, 'FORBIDDEN'],
  ['not_found', 404, 'NOT_FOUND'],
  ['route_not_found', 404, 'NOT_FOUND'],
  ['method_not_allowed', 405, 'METHOD_NOT_ALLOWED'],
  ['invalid_input', 422, 'VALIDATION_ERROR'],
  ['conflict', 409, 'CONFLICT'],
  ['subscription_active', 409, 'SUBSCRIPTION_ACTIVE'],
  ['subscription_missing', 409, 'SUBSCRIPTION_MISSING'],
  ['payment_declined', 402, 'PAYMENT_FAILED'],
  ['authentication_required', 402, 'AUTHENTICATION_REQUIRED'],
  ['payment_pending', 409, 'PAYMENT_PENDING'],
  ['payment_method_missing', 422, 'NO_PAYMENT_METHOD'],
  ['payment_method_not_found', 404, 'PAYMENT_METHOD_NOT_FOUND'],
  ['auto_top_up_not_configured', 422, 'AUTO_TOPUP_NOT_CONFIGURED'],
  ['daily_limit_exceeded', 422, 'DAILY_LIMIT_EXCEEDED'],
  ['idempotency_key_reused', 409, 'IDEMPOTENCY_KEY_REUSED'],
  ['in_flight', 409, 'REQUEST_IN_FLIGHT'],
  ['insufficient_funds', 402, 'INSUFFICIENT_FUNDS'],
  ['payload_too_large', 413, 'PAYLOAD_TOO_LARGE'],
  ['rate_limited', 429, 'RATE_LIMITED'],
  ['payment_provider_unavailable', 503, 'PAYMENT_PROVIDER_UNAVAILABLE'],
  ['database_unavailable', 503, 'SERVICE_UNAVAILABLE'],
  ['internal', 500, 'INTERNAL_ERROR'],
]

describe("Talkover's refusals", () => {
  it.each(ANSWERS)('answers %s with %i %s in the envelope', (code, status, name) => {
    for (const dialect of [talkover, talkoverWithReasons]) {
      const answer = refuse(code, { details: { transaction_id: 'ord_1' } }, dialect)
      expect(answer).toMatchObject({ status, body: { code: name } })
      expect(errorResponse.safeParse(answer.body)).toMatchObject({ success: true })
    }
  })

  it('says of a declined card what is published, byte for byte', async () => {
    const response = refusalResponse(
      talkover,
      refusal('payment_declined', { details: { decline_reason: 'lost_card' } }),
    )
    expect(response.status).toBe(published.status)
    expect(await response.text()).toBe(JSON.stringify(published.body))
  })

  it('gives the reason of a decline where automatic top-up is tried out', () => {
    const details = { decline_reason: 'insufficient_funds' }
    expect(refuse('payment_declined', { details }, talkoverWithReasons).body).toEqual({
      ...published.body,
      details,
    })
  })

  it('lists what is wrong with a request field by field, and apart from that what is wrong with the whole', () => {
    const amount = ['Must be a number']
    const whole = ['The body is not valid JSON']
    const detailsFor = (fields?: Refusal['fields']) =>
      errorResponse.parse(refuse('invalid_input', { fields }).body).details
    expect(detailsFor({ formErrors: [], fieldErrors: { amount } })).toEqual({ amount })
    expect(detailsFor({ formErrors: whole, fieldErrors: {} })).toEqual({ request: whole })
    expect(detailsFor()).toEqual({ request: ['A sentence.'] })
  })

  it('passes on what a program may act on, and leaves out what is not there', () => {
    const details = { transaction_id: 'ord_1' }
    expect(refuse('payment_pending', { details }).body).toMatchObject({ details })
    expect(refuse('conflict').body).not.toHaveProperty('details')
  })

  it('says when to come back', () => {
    const response = refusalResponse(talkover, refusal('rate_limited', { retryAfterSeconds: 7 }))
    expect(response.headers.get('retry-after')).toBe('7')
  })
})

const published = z
  .object({ declined: z.object({ status: z.number(), body: z.record(z.string(), z.unknown()) }) })
  .parse(
    JSON.parse(
      readFileSync(new URL('./source/talkover-credits-purchase.example.json', import.meta.url), 'utf8'),
    ),
  ).declined

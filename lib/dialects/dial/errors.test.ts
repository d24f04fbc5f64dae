import { describe, expect, it } from 'vitest'
import type { Refusal } from '@/lib/http/dialect'
import { refusalResponse } from '@/lib/http/respond'
import { errorResponse } from './contract'
import { dial } from './errors'

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
  ['invalid_input', 400],
  ['conflict', 409],
  ['subscription_active', 409],
  ['subscription_missing', 400],
  ['payment_declined', 400],
  ['authentication_required', 402],
  ['payment_pending', 409],
  ['payment_method_missing', 400],
  ['payment_method_not_found', 404],
  ['auto_top_up_not_configured', 400],
  ['daily_limit_exceeded', 400],
  ['idempotency_key_reused', 409],
  ['in_flight', 409],
  ['insufficient_funds', 402],
  ['payload_too_large', 413],
  ['rate_limited', 429],
  ['payment_provider_unavailable', 503],
  ['database_unavailable', 503],
  ['internal', 500],
]

describe("Dial's refusals", () => {
  it.each(STATUSES)('answers %s with %i in the envelope', (code, status) => {
    const answer = dial.refuse(refusal(code))
    expect(answer.status).toBe(status)
    expect(errorResponse.safeParse(answer.body)).toMatchObject({ success: true })
  })

  it('says Unauthorized for every credential that is not good, and asks for a Bearer', async () => {
    const response = refusalResponse(dial, refusal('unauthenticated', { message: 'secret reason' }))
    expect(await response.json()).toEqual({ error: 'Unauthorized' })
    expect(response.headers.get('www-authenticate')).toBe('Bearer')
  })

  it('lists what is wrong with a body field by field', () => {
    const fields = { formErrors: [], fieldErrors: { returnUrl: ['Invalid url'] } }
    expect(dial.refuse(refusal('invalid_input', { fields })).body).toEqual({ error: fields })
    expect(dial.refuse(refusal('invalid_input')).body).toEqual({
      error: { formErrors: ['A sentence.'], fieldErrors: {} },
    })
  })

  it('says when to come back', () => {
    const response = refusalResponse(dial, refusal('payment_provider_unavailable', { retryAfterSeconds: 7 }))
    expect(response.headers.get('retry-after')).toBe('7')
  })
})

import Stripe from 'stripe'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { mapStripeError } from './map-error'
import { parseAs } from './parse/parse-as'

const { StripeAPIError, StripeAuthenticationError, StripeConnectionError, StripePermissionError } =
  Stripe.errors

const CASES: readonly [name: string, error: unknown, remedy: string][] = [
  [
    'a refused key',
    new StripeAuthenticationError({ type: 'invalid_request_error', message: '' }),
    'operator',
  ],
  [
    'a key without the right',
    new StripePermissionError({ type: 'invalid_request_error', message: '' }),
    'operator',
  ],
  ['no connection', new StripeConnectionError({ type: 'api_error', message: '' }), 'time'],
  ['a failure of Stripe', new StripeAPIError({ type: 'api_error', message: '' }), 'time'],
]

describe('mapStripeError', () => {
  it.each(CASES)('calls Stripe unavailable for %s, and says who can mend it', (_name, error, remedy) => {
    expect(mapStripeError(error)).toMatchObject({ code: 'payment_provider_unavailable', remedy })
  })
})

describe('parseAs', () => {
  it('leaves an answer of another shape to staff', () => {
    expect(() => parseAs(z.object({ id: z.string() }), { id: 7 }, 'invoice')).toThrow(
      expect.objectContaining({ code: 'payment_provider_unavailable', remedy: 'staff' }),
    )
  })
})

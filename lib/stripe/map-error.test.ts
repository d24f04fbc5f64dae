import Stripe from 'stripe'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { mapStripeError } from './map-error'
import { parseAs } from './parse/parse-as'

const { StripeAPIError, StripeAuthenticationError, StripeConnectionError, StripePermissionError } =
  Stripe.errors

const CASES: readonly [name: string, error: unknown, lasting: boolean][] = [
  ['a refused key', new StripeAuthenticationError({ type: 'invalid_request_error', message: '' }), true],
  [
    'a key without the right',
    new StripePermissionError({ type: 'invalid_request_error', message: '' }),
    true,
  ],
  ['no connection', new StripeConnectionError({ type: 'api_error', message: '' }), false],
  ['a failure of Stripe', new StripeAPIError({ type: 'api_error', message: '' }), false],
]

describe('mapStripeError', () => {
  it.each(CASES)('calls Stripe unavailable for %s, and says whether that lasts', (_name, error, lasting) => {
    expect(mapStripeError(error)).toMatchObject({ code: 'payment_provider_unavailable', lasting })
  })
})

describe('parseAs', () => {
  it('says of an answer of another shape that it lasts', () => {
    expect(() => parseAs(z.object({ id: z.string() }), { id: 7 }, 'invoice')).toThrow(
      expect.objectContaining({ code: 'payment_provider_unavailable', lasting: true }),
    )
  })
})

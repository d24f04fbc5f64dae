import { timingSafeEqual } from 'node:crypto'
import { API_VERSION } from '../wire'
import { ApiError } from './api-error'

/** Accepts `Bearer sk_test_…` (and Basic with the key as user, as Stripe does). @throws ApiError 401 or 400. */
export function authenticate(headers: Headers, expected: string | null): void {
  const key = keyOf(headers.get('authorization') ?? '')
  if (key === null || key === '') {
    throw refuse(
      'You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer auth.',
    )
  }
  if (/^(sk|rk|pk)_live_/.test(key)) {
    throw refuse(
      'The local Stripe accepts test keys only; this is a live key. It must never leave your configuration.',
    )
  }
  const valid = /^sk_test_\w+$/.test(key) && (expected === null || same(key, expected))
  if (!valid) throw refuse(`Invalid API Key provided: ${masked(key)}`)
  const version = headers.get('stripe-version')
  if (version !== null && version !== API_VERSION) {
    throw new ApiError(400, {
      type: 'invalid_request_error',
      message: `The local Stripe speaks API version ${API_VERSION} only; the request asks for ${version.slice(0, 40)}.`,
    })
  }
}

function keyOf(header: string): string | null {
  const [, scheme, value] = /^(Bearer|Basic) (\S+)$/i.exec(header) ?? []
  if (scheme === undefined || value === undefined) return null
  if (scheme.toLowerCase() === 'bearer') return value
  return Buffer.from(value, 'base64').toString('utf8').split(':')[0] ?? null
}

function same(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b))
}

function masked(key: string): string {
  return key.length > 12 ? `${key.slice(0, 8)}********${key.slice(-4)}` : '********'
}

function refuse(message: string): ApiError {
  return new ApiError(401, { type: 'invalid_request_error', message })
}

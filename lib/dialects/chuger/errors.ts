import { FAILED_AUTHENTICATIONS } from '@/lib/auth/limits'
import type { Dialect, Refusal } from '@/lib/http/dialect'
import type { ErrorResponse } from './errors-contract'
import { laravelJson } from './json'

/** Total: a new code does not compile until Chuger has a status for it. */
const STATUSES = {
  unauthenticated: 401,
  forbidden: 403,
  impersonating: 403,
  not_found: 404,
  route_not_found: 404,
  method_not_allowed: 405,
  invalid_input: 422,
  conflict: 409,
  subscription_active: 409,
  subscription_missing: 409,
  payment_declined: 402,
  authentication_required: 402,
  payment_pending: 409,
  payment_method_missing: 422,
  payment_method_not_found: 422,
  auto_top_up_not_configured: 422,
  daily_limit_exceeded: 422,
  idempotency_key_reused: 409,
  in_flight: 409,
  insufficient_funds: 402,
  payload_too_large: 413,
  rate_limited: 429,
  payment_provider_unavailable: 503,
  database_unavailable: 503,
  internal: 500,
} as const satisfies Record<Refusal['code'], number>

/** Chuger's envelopes, which are Laravel's with a few of its own. `endpoint` is what too many requests are told of. */
export function chugerAt(endpoint: string): Dialect {
  return {
    name: 'chuger',
    json: laravelJson,
    refuse: (refusal) => ({ status: STATUSES[refusal.code], body: bodyOf(refusal, endpoint) }),
  }
}

function bodyOf(refusal: Refusal, endpoint: string): ErrorResponse {
  const { code, message } = refusal
  switch (code) {
    case 'unauthenticated':
      return { message: 'Unauthenticated.' }
    case 'not_found':
      return { error: 'No account found for user' }
    case 'invalid_input':
      return invalid(refusal)
    case 'insufficient_funds':
      return { error: 'Insufficient Credits', message, code: 'INSUFFICIENT_CREDITS' }
    case 'rate_limited':
      return limited(refusal, endpoint)
    default:
      return { message }
  }
}

function invalid({ fields, message }: Refusal): ErrorResponse {
  const { formErrors, fieldErrors } = fields ?? { formErrors: [message], fieldErrors: {} }
  const errors = formErrors.length === 0 ? fieldErrors : { request: formErrors, ...fieldErrors }
  const [first = message, ...more] = Object.values(errors).flat()
  const others = `(and ${String(more.length)} more ${more.length === 1 ? 'error' : 'errors'})`
  return { message: more.length === 0 ? first : `${first} ${others}`, errors }
}

/** Nothing but failed authentication is counted here. */
function limited({ message, retryAfterSeconds = 1 }: Refusal, endpoint: string): ErrorResponse {
  const resetAt = new Date(Date.now() + retryAfterSeconds * 1000)
  const details = {
    endpoint,
    limit: FAILED_AUTHENTICATIONS.perMinute,
    remaining: 0,
    reset_time: Math.floor(resetAt.getTime() / 1000),
    reset_date: `${resetAt.toISOString().slice(0, 19).replace('T', ' ')} UTC`,
  }
  return { error: 'Rate limit exceeded', message, details, retry_after: retryAfterSeconds }
}

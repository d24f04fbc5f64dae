import type { Dialect, Refusal } from '@/lib/http/dialect'

/** Total: a new code does not compile until Dial has a status for it. */
const STATUSES = {
  unauthenticated: 401,
  forbidden: 403,
  impersonating: 403,
  not_found: 404,
  route_not_found: 404,
  method_not_allowed: 405,
  invalid_input: 400,
  conflict: 409,
  subscription_active: 409,
  // Dial documents 400 and 401 alone for what is asked of a subscription.
  subscription_missing: 400,
  payment_declined: 400,
  authentication_required: 402,
  payment_pending: 409,
  payment_method_missing: 400,
  payment_method_not_found: 404,
  auto_top_up_not_configured: 400,
  daily_limit_exceeded: 400,
  idempotency_key_reused: 409,
  in_flight: 409,
  insufficient_funds: 402,
  payload_too_large: 413,
  rate_limited: 429,
  payment_provider_unavailable: 503,
  database_unavailable: 503,
  internal: 500,
} as const satisfies Record<Refusal['code'], number>

/** Dial's envelope: `error` is a sentence, or for a body that is not valid, zod's flattened list of what is wrong. */
export const dial: Dialect = {
  name: 'dial',
  refuse: (refusal) => ({ status: STATUSES[refusal.code], body: { error: errorOf(refusal) } }),
}

function errorOf(refusal: Refusal): string | NonNullable<Refusal['fields']> {
  if (refusal.code === 'unauthenticated') return 'Unauthorized'
  if (refusal.code !== 'invalid_input') return refusal.message
  return refusal.fields ?? { formErrors: [refusal.message], fieldErrors: {} }
}

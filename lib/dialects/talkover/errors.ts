import type { Dialect, Refusal } from '@/lib/http/dialect'
import type { FieldErrors } from '@/lib/kit/errors'
import type { ErrorResponse } from './contract'
import { losslessJson } from './json'

/** Total: a new code does not compile until Talkover has a status and a code for it. */
const ANSWERS = {
  unauthenticated: [401, 'UNAUTHENTICATED'],
  forbidden: [403, 'FORBIDDEN'],
  impersonating: [403, 'FORBIDDEN'],
  not_found: [404, 'NOT_FOUND'],
  route_not_found: [404, 'NOT_FOUND'],
  method_not_allowed: [405, 'METHOD_NOT_ALLOWED'],
  invalid_input: [422, 'VALIDATION_ERROR'],
  conflict: [409, 'CONFLICT'],
  subscription_active: [409, 'SUBSCRIPTION_ACTIVE'],
  subscription_missing: [409, 'SUBSCRIPTION_MISSING'],
  payment_declined: [402, 'PAYMENT_FAILED'],
  authentication_required: [402, 'AUTHENTICATION_REQUIRED'],
  payment_pending: [409, 'PAYMENT_PENDING'],
  payment_method_missing: [422, 'NO_PAYMENT_METHOD'],
  payment_method_not_found: [404, 'PAYMENT_METHOD_NOT_FOUND'],
  auto_top_up_not_configured: [422, 'AUTO_TOPUP_NOT_CONFIGURED'],
  daily_limit_exceeded: [422, 'DAILY_LIMIT_EXCEEDED'],
  idempotency_key_reused: [409, 'IDEMPOTENCY_KEY_REUSED'],
  in_flight: [409, 'REQUEST_IN_FLIGHT'],
  insufficient_funds: [402, 'INSUFFICIENT_FUNDS'],
  payload_too_large: [413, 'PAYLOAD_TOO_LARGE'],
  rate_limited: [429, 'RATE_LIMITED'],
  payment_provider_unavailable: [503, 'PAYMENT_PROVIDER_UNAVAILABLE'],
  database_unavailable: [503, 'SERVICE_UNAVAILABLE'],
  internal: [500, 'INTERNAL_ERROR'],
} as const satisfies Record<Refusal['code'], readonly [status: number, code: string]>

/** Talkover's envelope, flat. Of a declined card it says that it was declined and no more, as its document has it. */
export const talkover: Dialect = {
  name: 'talkover',
  json: losslessJson,
  refuse: (refusal) => answer(refusal, refusal.code === 'payment_declined' ? undefined : detailsOf(refusal)),
}

/** The same where the reason of a decline belongs into the answer: trying out automatic top-up. */
export const talkoverWithReasons: Dialect = {
  ...talkover,
  refuse: (refusal) => answer(refusal, detailsOf(refusal)),
}

function answer(
  refusal: Refusal,
  details: ErrorResponse['details'],
): Readonly<{ status: number; body: ErrorResponse }> {
  const [status, code] = ANSWERS[refusal.code]
  const message = refusal.code === 'payment_declined' ? 'Payment method declined' : refusal.message
  return { status, body: { success: false, message, code, ...(details && { details }) } }
}

function detailsOf({ code, fields, details, message }: Refusal): ErrorResponse['details'] {
  if (code !== 'invalid_input') return details
  return fieldMessages(fields ?? { formErrors: [message], fieldErrors: {} })
}

/** Field by field; what is wrong with the request as a whole stands under `request`. */
function fieldMessages({ formErrors, fieldErrors }: FieldErrors): Record<string, string[]> {
  return formErrors.length === 0 ? fieldErrors : { request: formErrors, ...fieldErrors }
}

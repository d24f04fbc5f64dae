import type { Dialect, Refusal } from '@/lib/http/dialect'
import type { InputIssue } from '@/lib/kit/errors'
import type { ErrorResponse, ValidationItem } from './errors-contract'

type Answer = readonly [status: ErrorResponse['code'], type: ErrorResponse['type']]

/**
 * Total: a new code does not compile until Dreadnode has an answer for it. Its document knows no 402, 413 and 503: what
 * the caller did wrong is 400 then, and what we cannot do is 500.
 */
const ANSWERS = {
  unauthenticated: [401, 'authentication_error'],
  forbidden: [403, 'forbidden_error'],
  impersonating: [403, 'forbidden_error'],
  not_found: [404, 'not_found_error'],
  route_not_found: [404, 'not_found_error'],
  method_not_allowed: [405, 'bad_request_error'],
  invalid_input: [422, 'validation_error'],
  conflict: [409, 'conflict_error'],
  subscription_active: [409, 'conflict_error'],
  subscription_missing: [409, 'conflict_error'],
  payment_declined: [400, 'bad_request_error'],
  authentication_required: [400, 'bad_request_error'],
  payment_pending: [409, 'conflict_error'],
  payment_method_missing: [400, 'bad_request_error'],
  payment_method_not_found: [404, 'not_found_error'],
  auto_top_up_not_configured: [400, 'bad_request_error'],
  daily_limit_exceeded: [400, 'bad_request_error'],
  idempotency_key_reused: [409, 'conflict_error'],
  in_flight: [409, 'conflict_error'],
  insufficient_funds: [400, 'bad_request_error'],
  payload_too_large: [400, 'bad_request_error'],
  rate_limited: [429, 'rate_limit_error'],
  payment_provider_unavailable: [502, 'bad_gateway_error'],
  database_unavailable: [500, 'app_error'],
  internal: [500, 'app_error'],
} as const satisfies Record<Refusal['code'], Answer>

/** Dreadnode's envelope, with FastAPI's list of what is wrong where the request is not valid. */
export const dreadnode: Dialect = {
  name: 'dreadnode',
  refuse: (refusal) => {
    const [code, type] = answerOf(refusal)
    const errors = refusal.code === 'invalid_input' ? { errors: itemsOf(refusal) } : {}
    return {
      status: code,
      body: { code, detail: detailOf(refusal), type, ...errors } satisfies ErrorResponse,
    }
  },
}

/** A provider that does not answer is told from one that answers badly. */
function answerOf({ code, isUnanswered }: Refusal): Answer {
  if (code === 'payment_provider_unavailable' && isUnanswered === true) return [504, 'gateway_timeout_error']
  return ANSWERS[code]
}

function detailOf({ code, message }: Refusal): string {
  if (code === 'unauthenticated') return 'Authentication failed'
  return code === 'invalid_input' ? 'Validation error' : message
}

function itemsOf({ issues = [], fields, message }: Refusal): ValidationItem[] {
  if (issues.length > 0) return issues.map(itemOf)
  const named = Object.entries(fields?.fieldErrors ?? {}).flatMap(([field, messages]) =>
    messages.map((text) => refusedValue(['body', wireName(field)], text)),
  )
  return named.length > 0
    ? named
    : (fields?.formErrors ?? [message]).map((text) => refusedValue(['body'], text))
}

/** What the transport finds, in FastAPI's words; our own schemas (fields.ts) have its words already. */
const WORDS: ReadonlyMap<string, readonly [type: string, msg: string]> = new Map([
  ['json_invalid', ['json_invalid', 'JSON decode error']],
  [
    'text_invalid',
    ['string_unicode', 'Input should be a valid string, unable to parse raw data as a unicode string'],
  ],
  [
    'invalid_type',
    ['model_attributes_type', 'Input should be a valid dictionary or object to extract fields from'],
  ],
])

function itemOf({ part, path, kind, message }: InputIssue): ValidationItem {
  const [type, msg] = WORDS.get(kind) ?? [kind, message]
  return { loc: [part, ...path], msg, type }
}

/** What a verb, and not the form of the request, has against a value. */
function refusedValue(loc: ValidationItem['loc'], text: string): ValidationItem {
  return { loc, msg: `Value error, ${text}`, type: 'value_error' }
}

/** `successUrl` is `success_url` on this wire. */
function wireName(field: string): string {
  return field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}

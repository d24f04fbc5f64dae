/** Every way a verb can refuse. Dialects map each code to their own status and envelope; core knows no HTTP. */
export type BillingErrorCode =
  | 'unauthenticated'
  | 'forbidden'
  | 'impersonating'
  | 'not_found'
  | 'invalid_input'
  | 'conflict'
  | 'subscription_active'
  | 'idempotency_key_reused'
  | 'in_flight'
  | 'rate_limited'
  | 'payload_too_large'
  | 'insufficient_funds'
  | 'payment_provider_unavailable'
  | 'database_unavailable'

export type FieldErrors = Readonly<{ formErrors: string[]; fieldErrors: Record<string, string[]> }>

type Details = Readonly<{
  fields?: FieldErrors
  retryAfterSeconds?: number
  cause?: unknown
  internal?: string
}>

/** An expected refusal. `message` may be shown to the caller; `internal` and `cause` go to the log only. */
export class BillingError extends Error {
  readonly code: BillingErrorCode
  readonly fields: FieldErrors | undefined
  readonly retryAfterSeconds: number | undefined
  readonly internal: string | undefined

  constructor(code: BillingErrorCode, message: string, details: Details = {}) {
    super(message, { cause: details.cause })
    this.name = 'BillingError'
    this.code = code
    this.fields = details.fields
    this.retryAfterSeconds = details.retryAfterSeconds
    this.internal = details.internal
  }
}

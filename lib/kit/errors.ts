/** Every way a verb can refuse. Dialects map each code to their own status and envelope; core knows no HTTP. */
export type BillingErrorCode =
  | 'unauthenticated'
  | 'forbidden'
  | 'impersonating'
  | 'not_found'
  | 'invalid_input'
  | 'conflict'
  | 'subscription_active'
  | 'subscription_missing'
  | 'payment_declined'
  /** The bank wants the customer themselves: the purchase goes on in a browser. */
  | 'authentication_required'
  /** An earlier purchase has no known end yet. */
  | 'payment_pending'
  /** None was named and the account has no default. */
  | 'payment_method_missing'
  | 'payment_method_not_found'
  | 'auto_top_up_not_configured'
  | 'daily_limit_exceeded'
  | 'idempotency_key_reused'
  | 'in_flight'
  | 'rate_limited'
  | 'payload_too_large'
  | 'insufficient_funds'
  | 'payment_provider_unavailable'
  | 'database_unavailable'

export type FieldErrors = Readonly<{ formErrors: string[]; fieldErrors: Record<string, string[]> }>

/**
 * One thing that is wrong with a request: in which part of it, where there, and what kind of mistake it is, for dialects
 * that have words of their own for it. `message` is what the schema says.
 */
export type InputIssue = Readonly<{
  part: 'body' | 'query' | 'path' | 'header'
  path: readonly (string | number)[]
  kind: string
  message: string
}>

/**
 * What makes the same attempt succeed later: waiting; `staff`, who look at this one thing; or the `operator`, who set the
 * installation up wrongly, so that everything of its kind fails until they mend it.
 */
export type Remedy = 'time' | 'staff' | 'operator'

/** What a program may act on, in words that are not for people: ids, amounts, reasons of the bank. Public. */
export type ErrorDetails = Readonly<Record<string, string | number>>

type Details = Readonly<{
  fields?: FieldErrors
  issues?: readonly InputIssue[]
  details?: ErrorDetails
  retryAfterSeconds?: number
  cause?: unknown
  internal?: string
  remedy?: Remedy
  isUnanswered?: boolean
}>

const BRAND = Symbol.for('talktime.BillingError')

/** An expected refusal. `message` may be shown to the caller; `internal` and `cause` go to the log only. */
export class BillingError extends Error {
  readonly code: BillingErrorCode
  readonly fields: FieldErrors | undefined
  /** The same as `fields`, one by one, where it was the transport that found them. */
  readonly issues: readonly InputIssue[]
  readonly details: ErrorDetails | undefined
  readonly retryAfterSeconds: number | undefined
  readonly internal: string | undefined
  /** For us, whatever the code says to the caller. */
  readonly remedy: Remedy
  /** Whoever was to be asked gave no answer at all, rather than a bad one. */
  readonly isUnanswered: boolean
  readonly [BRAND] = true

  /**
   * By a brand and not by the prototype: Next bundles pages and route handlers apart, so that a process holds
   * several copies of this class, and an adapter made in one bundle throws into the catch of another.
   */
  static override [Symbol.hasInstance](value: unknown): value is BillingError {
    return typeof value === 'object' && value !== null && BRAND in value
  }

  constructor(code: BillingErrorCode, message: string, details: Details = {}) {
    super(message, { cause: details.cause })
    this.name = 'BillingError'
    this.code = code
    this.fields = details.fields
    this.issues = details.issues ?? []
    this.details = details.details
    this.retryAfterSeconds = details.retryAfterSeconds
    this.internal = details.internal
    this.remedy = details.remedy ?? 'time'
    this.isUnanswered = details.isUnanswered ?? false
  }
}

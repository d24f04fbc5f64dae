import Stripe from 'stripe'
import { BillingError, type Remedy } from '@/lib/kit/errors'

const RETRY_AFTER_SECONDS = 5
/** Nobody mends a configuration in seconds. */
const RETRY_MISCONFIGURED_SECONDS = 60

/** Whether the same request, with the same idempotency key, may succeed when it is sent again. */
export function isTransient(error: unknown): boolean {
  if (!(error instanceof Stripe.errors.StripeError)) return false
  if (error.headers?.['stripe-should-retry'] === 'false') return false
  return (
    error instanceof Stripe.errors.StripeConnectionError ||
    error instanceof Stripe.errors.StripeRateLimitError ||
    error.code === 'lock_timeout' ||
    (error.statusCode !== undefined && (error.statusCode === 409 || error.statusCode >= 500))
  )
}

/** Whether Stripe says that the object asked for, or the one named by `parameter`, does not exist for this key. */
export function isMissing(error: unknown, parameter?: string): boolean {
  return (
    error instanceof Stripe.errors.StripeInvalidRequestError &&
    error.code === 'resource_missing' &&
    (parameter === undefined || error.param === parameter)
  )
}

/** Whether only the operator can mend it: our key is refused, or what the set-up makes at Stripe is not there. */
export function isMisconfigured(error: unknown): error is BillingError {
  return error instanceof BillingError && error.remedy === 'operator'
}

/** Whether Stripe answered that it failed (and not that it was busy, or nothing at all): `mapStripeError`'s, too. */
export function isServerFailure(error: unknown): boolean {
  const reason = error instanceof BillingError ? error.cause : error
  return reason instanceof Stripe.errors.StripeError && (reason.statusCode ?? 0) >= 500
}

/**
 * What a failed call means to us: `payment_provider_unavailable` where Stripe did not answer, was busy or failed, and
 * where it refuses our key, which only the operator can mend. Anything else is a mistake of ours and is returned as it is.
 */
export function mapStripeError(error: unknown): unknown {
  if (!(error instanceof Stripe.errors.StripeError)) return error
  const refusesUs =
    error instanceof Stripe.errors.StripeAuthenticationError ||
    error instanceof Stripe.errors.StripePermissionError
  if (!refusesUs && !isTransient(error) && !isServerSide(error)) return error
  return providerUnavailable(`${error.type} ${error.code ?? ''} ${error.requestId ?? ''}`.trim(), {
    cause: error,
    isUnanswered: error instanceof Stripe.errors.StripeConnectionError,
    ...(refusesUs ? { remedy: 'operator' } : { retryAfterSeconds: retryAfter(error) }),
  })
}

export function providerUnavailable(
  internal: string,
  details: Readonly<{
    cause?: unknown
    retryAfterSeconds?: number
    remedy?: Remedy
    isUnanswered?: boolean
  }> = {},
): BillingError {
  const usual = details.remedy === 'operator' ? RETRY_MISCONFIGURED_SECONDS : RETRY_AFTER_SECONDS
  return new BillingError(
    'payment_provider_unavailable',
    'The payment provider is not available. Try again shortly.',
    { ...details, internal, retryAfterSeconds: details.retryAfterSeconds ?? usual },
  )
}

function isServerSide(error: Stripe.errors.StripeError): boolean {
  return error instanceof Stripe.errors.StripeAPIError || (error.statusCode ?? 0) >= 500
}

function retryAfter(error: Stripe.errors.StripeError): number {
  const seconds = Number(error.headers?.['retry-after'])
  return Number.isInteger(seconds) && seconds > 0 && seconds <= 3600 ? seconds : RETRY_AFTER_SECONDS
}

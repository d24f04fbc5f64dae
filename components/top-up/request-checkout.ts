export type CheckoutFailure =
  | 'signed-out'
  | 'not-allowed'
  | 'subscribed'
  | 'in-flight'
  | 'too-often'
  | 'stripe-unavailable'
  | 'no-connection'
  | 'unexpected'

export type CheckoutAnswer =
  | Readonly<{ kind: 'ready'; clientSecret: string }>
  | Readonly<{ kind: 'failed'; failure: CheckoutFailure; retryAfterSeconds: number | null }>

const FAILURES: ReadonlyMap<number, CheckoutFailure> = new Map([
  [401, 'signed-out'],
  [403, 'not-allowed'],
  [409, 'subscribed'],
  [429, 'too-often'],
  [502, 'stripe-unavailable'],
  [503, 'stripe-unavailable'],
  [504, 'stripe-unavailable'],
])

/** What a Checkout is for. */
export type CheckoutPurpose = 'credits' | 'payment-method' | 'subscription-monthly' | 'subscription-annual'

/** The route of each, and what it is sent. */
const REQUESTS: Readonly<Record<CheckoutPurpose, Readonly<{ route: string; body: string }>>> = {
  credits: { route: 'credits', body: '{}' },
  'payment-method': { route: 'payment-method', body: '{}' },
  'subscription-monthly': { route: 'subscription', body: '{"interval":"monthly"}' },
  'subscription-annual': { route: 'subscription', body: '{"interval":"annual"}' },
}

/**
 * Starts a Checkout by the same route as every API consumer. The same key gets the same Checkout, however
 * often it is asked for. Never throws: a refusal is an answer.
 */
export async function requestCheckout(
  purpose: CheckoutPurpose,
  idempotencyKey: string,
): Promise<CheckoutAnswer> {
  const { route, body } = REQUESTS[purpose]
  try {
    // The one call of our own API from a page: the browser gets its secret by the same route as every program.
    // eslint-disable-next-line no-restricted-syntax
    const response = await fetch(`/api/v1/billing/checkout/${route}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': idempotencyKey },
      body,
    })
    if (!response.ok) return failed(failureOf(response), response.headers)
    const clientSecret = readClientSecret(await response.json())
    return clientSecret === null ? failed('unexpected') : { kind: 'ready', clientSecret }
  } catch {
    return failed('no-connection')
  }
}

/** Of the two conflicts only the one that passes by itself says when to come back. */
function failureOf({ status, headers }: Response): CheckoutFailure {
  if (status === 409 && headers.has('retry-after')) return 'in-flight'
  return FAILURES.get(status) ?? 'unexpected'
}

function failed(failure: CheckoutFailure, headers?: Headers): CheckoutAnswer {
  const seconds = Number(headers?.get('retry-after') ?? NaN)
  return { kind: 'failed', failure, retryAfterSeconds: seconds > 0 ? seconds : null }
}

function readClientSecret(body: unknown): string | null {
  if (typeof body !== 'object' || body === null || !('clientSecret' in body)) return null
  return typeof body.clientSecret === 'string' ? body.clientSecret : null
}

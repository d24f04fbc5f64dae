/** A bucket that refills at `perMinute` and holds `burst`. */
export type Limit = Readonly<{ perMinute: number; burst: number }>

/** Requests with a bad credential, from one client address. */
export const FAILED_AUTHENTICATIONS: Limit = { perMinute: 10, burst: 30 }

/** Actions that cost money, mail or computing time, or whose abuse would: each account has a bucket for each. */
export const SENSITIVE_ACTIONS = {
  'create-key': { perMinute: 2, burst: 10 },
  'create-token': { perMinute: 2, burst: 10 },
  'create-organisation': { perMinute: 1, burst: 5 },
  invite: { perMinute: 5, burst: 20 },
  checkout: { perMinute: 10, burst: 30 },
  'change-subscription': { perMinute: 10, burst: 30 },
  'buy-number': { perMinute: 10, burst: 30 },
  export: { perMinute: 4, burst: 10 },
  'change-auto-top-up': { perMinute: 10, burst: 30 },
  'change-payment-methods': { perMinute: 10, burst: 30 },
} as const satisfies Record<string, Limit>

/** `read-provider` is what asks the payment provider live, whose budget of calls all accounts share. */
export type SensitiveAction = keyof typeof SENSITIVE_ACTIONS | 'read-provider'

/** The bucket of an action; half of the configured reads of the provider a minute may come at once. */
export function actionLimit(action: SensitiveAction, providerReadsPerMinute: number): Limit {
  if (action !== 'read-provider') return SENSITIVE_ACTIONS[action]
  return { perMinute: providerReadsPerMinute, burst: Math.ceil(providerReadsPerMinute / 2) }
}

const SIGN_IN_FROM_CLIENT: Limit = { perMinute: 6, burst: 20 }
const SIGN_IN_FOR_EMAIL_FROM_CLIENT: Limit = { perMinute: 3, burst: 10 }
const SIGN_IN_FOR_EMAIL: Limit = { perMinute: 60, burst: 300 }

/**
 * What one try at signing in takes from: by where it comes from, by the e-mail from there, and by the e-mail at all. The
 * last is far larger, for guessing from many addresses: nobody keeps its owner out from one.
 */
export function signInBuckets(
  email: string,
  client: string,
): readonly Readonly<{ name: string; limit: Limit }>[] {
  return [
    { name: `sign-in:${client}`, limit: SIGN_IN_FROM_CLIENT },
    { name: `sign-in:${email}:${client}`, limit: SIGN_IN_FOR_EMAIL_FROM_CLIENT },
    { name: `sign-in:${email}`, limit: SIGN_IN_FOR_EMAIL },
  ]
}

export const SIGN_UP_FROM_CLIENT: Limit = { perMinute: 3, burst: 20 }

/** The bucket of a whole caller, from the configured requests a minute: a tenth of them may come at once. */
export function requestLimit(requestsPerMinute: number): Limit {
  return { perMinute: requestsPerMinute, burst: Math.max(20, Math.ceil(requestsPerMinute / 10)) }
}

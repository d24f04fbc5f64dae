/** A bucket that refills at `perMinute` and holds `burst`. */
export type Limit = Readonly<{ perMinute: number; burst: number }>

/** Requests with a bad credential, from one client address. */
export const FAILED_AUTHENTICATIONS: Limit = { perMinute: 10, burst: 30 }

/** Actions that cost money, mail or computing time, or whose abuse would: each account has a bucket for each. */
export const SENSITIVE_ACTIONS = {
  'create-key': { perMinute: 2, burst: 10 },
  checkout: { perMinute: 10, burst: 30 },
} as const satisfies Record<string, Limit>

export type SensitiveAction = keyof typeof SENSITIVE_ACTIONS

/** Signing in is limited twice: by where it is tried from, and by the e-mail it is tried for. */
export const SIGN_IN_FROM_CLIENT: Limit = { perMinute: 6, burst: 20 }
export const SIGN_IN_FOR_EMAIL: Limit = { perMinute: 3, burst: 10 }
export const SIGN_UP_FROM_CLIENT: Limit = { perMinute: 3, burst: 20 }

/** The bucket of a whole caller, from the configured requests a minute: a tenth of them may come at once. */
export function requestLimit(requestsPerMinute: number): Limit {
  return { perMinute: requestsPerMinute, burst: Math.max(20, Math.ceil(requestsPerMinute / 10)) }
}

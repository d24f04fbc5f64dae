/** Everyone who may come to a door, by what they bring. Where nothing else is said, it is of Ada's account. */
export const CALLERS = [
  'nobody',
  'a session of no one',
  'a revoked key',
  'an expired key',
  'a revoked token',
  'staff whose look is over',
  'the owner of another account',
  'a key of another account',
  'staff',
  'someone who was staff',
  'staff who look into the account',
  'a viewer',
  'a billing member',
  'the owner',
  'a key',
  'a key that only reads',
  'a key that only reports usage',
  'a sign-in token of the owner',
  'a personal token of the owner',
  'a personal token of a viewer',
  'a token that only reads',
  'the owner, from a foreign page',
  'the owner, from a subdomain',
  'the owner, from nowhere',
  'the owner, from a page without an origin',
] as const
export type Caller = (typeof CALLERS)[number]

/** They bring nothing that is worth anything. */
export const STRANGERS: readonly Caller[] = [
  'nobody',
  'a session of no one',
  'a revoked key',
  'an expired key',
  'a revoked token',
  'staff whose look is over',
]

/** They see what Ada's people see, and change nothing. */
export const LOOKER: Caller = 'staff who look into the account'

/** Owners of an account of their own, who are nobody in Ada's. */
export const OUTSIDERS: readonly Caller[] = [
  'the owner of another account',
  'a key of another account',
  'staff',
  'someone who was staff',
]

/** Ada's own cookie, sent along by a page that may be anybody's. */
export const FORGED: readonly Caller[] = [
  'the owner, from a foreign page',
  'the owner, from a subdomain',
  'the owner, from nowhere',
  'the owner, from a page without an origin',
]

export const KEYS: readonly Caller[] = [
  'a key',
  'a key that only reads',
  'a key that only reports usage',
  'a key of another account',
]

export const TOKENS: readonly Caller[] = [
  'a sign-in token of the owner',
  'a personal token of the owner',
  'a personal token of a viewer',
  'a token that only reads',
]

export const SESSIONS: readonly Caller[] = [
  'the owner of another account',
  'staff',
  'someone who was staff',
  LOOKER,
  'a viewer',
  'a billing member',
  'the owner',
  ...FORGED,
]

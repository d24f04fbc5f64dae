import { BillingError } from '@/lib/kit/errors'

const ROLES = ['owner', 'billing', 'viewer'] as const
export type Role = (typeof ROLES)[number]

/**
 * What an actor may do in the account it acts for. Every core verb asks for one in its first line. `self` is what everyone
 * may do about themselves: their access tokens, the account they look at, their own membership.
 */
export type Scope =
  | 'billing:read'
  | 'billing:write'
  | 'usage:write'
  | 'keys:read'
  | 'keys:write'
  | 'members:read'
  | 'members:write'
  | 'self:read'
  | 'self:write'
  | 'system'

/** All that staff may do in an account that they look into. */
export const IMPERSONATOR_SCOPES: readonly Scope[] = ['billing:read', 'keys:read', 'members:read']

const EVERYONE: readonly Scope[] = ['billing:read', 'members:read', 'self:read', 'self:write']

export const ROLE_SCOPES: Readonly<Record<Role, readonly Scope[]>> = {
  owner: [...EVERYONE, 'billing:write', 'usage:write', 'keys:read', 'keys:write', 'members:write'],
  billing: [...EVERYONE, 'billing:write', 'keys:read'],
  viewer: EVERYONE,
}

/** Whoever holds this scope in an account that they are let into: by their role there, or as staff who look into it. */
export function rolesWith(scope: Scope): readonly (Role | 'impersonator')[] {
  const roles = ROLES.filter((role) => ROLE_SCOPES[role].includes(scope))
  return IMPERSONATOR_SCOPES.includes(scope) ? [...roles, 'impersonator'] : roles
}

/** Scopes an API key may carry; `billing:read`, `billing:write` and `usage:write` are the default: full access. */
export const API_KEY_SCOPES: readonly Scope[] = ['billing:read', 'billing:write', 'usage:write']

/**
 * Scopes to which a personal access token may be confined. The rest is for people who signed in: a program cannot make
 * itself further credentials.
 */
export const TOKEN_SCOPES = [
  'billing:read',
  'billing:write',
  'usage:write',
  'keys:read',
  'members:read',
  'self:read',
] as const satisfies readonly Scope[]

/** What a token may do: all that its person may in this role, cut to its abilities. */
export function tokenScopes(
  role: Role,
  token: Readonly<{ kind: 'session' | 'personal'; abilities: readonly string[] }>,
): readonly Scope[] {
  const personal: readonly Scope[] = TOKEN_SCOPES
  const offered = token.kind === 'session' ? ROLE_SCOPES[role] : personal
  const able = (scope: Scope) => token.abilities.includes('*') || token.abilities.includes(scope)
  return ROLE_SCOPES[role].filter((scope) => offered.includes(scope) && able(scope))
}

/** What staff may do: `staff:read` looks into any account, `staff:write` puts right what went wrong. */
export type StaffScope = 'staff:read' | 'staff:write'

export const STAFF_SCOPES: readonly StaffScope[] = ['staff:read', 'staff:write']

type Acting = Readonly<{ accountId: bigint; scopes: readonly Scope[] }>

/** Who is asking, for which account, and what they may do there. */
export type Actor =
  | (Acting & Readonly<{ kind: 'user'; userId: string; role: Role }>)
  | (Acting & Readonly<{ kind: 'api-key'; keyId: string }>)
  | (Acting & Readonly<{ kind: 'token'; tokenId: bigint; userId: string; role: Role }>)
  | (Acting & Readonly<{ kind: 'impersonator'; staffUserId: string; reason: string }>)
  /** A person of the operator's in the console: acts for no account, and names the one that a verb is about. */
  | Readonly<{ kind: 'staff'; userId: string; scopes: readonly StaffScope[] }>
  | Readonly<{ kind: 'system'; name: string }>

/**
 * The account the actor may use with this scope.
 * @throws BillingError `impersonating` for an impersonator who would write, `forbidden` for a missing scope.
 */
export function requireScope(actor: Actor, scope: Scope): bigint {
  if (actor.kind === 'system' || actor.kind === 'staff') {
    throw new BillingError('forbidden', 'Only for those who act for an account.')
  }
  if (actor.kind === 'impersonator' && !IMPERSONATOR_SCOPES.includes(scope)) {
    throw new BillingError('impersonating', 'Not available during impersonation.')
  }
  if (!actor.scopes.includes(scope)) {
    throw new BillingError('forbidden', 'This credential lacks the permission for that.', {
      internal: `scope ${scope}`,
    })
  }
  return actor.accountId
}

/** Whether the actor may use its account with this scope; staff and the system have none. */
export function hasScope(actor: Actor, scope: Scope): boolean {
  return actor.kind !== 'system' && actor.kind !== 'staff' && actor.scopes.includes(scope)
}

/**
 * For what our own jobs and webhooks do to any account, and a person in their own: the account to which the actor is
 * confined, null for the system. @throws BillingError `impersonating`, `forbidden`, as `requireScope`
 */
export function requireSystemOr(actor: Actor, scope: Scope): bigint | null {
  return actor.kind === 'system' ? null : requireScope(actor, scope)
}

/** Admits only our own jobs and webhooks, which name the account themselves. @throws BillingError `forbidden` */
export function requireSystem(actor: Actor): void {
  if (actor.kind !== 'system') throw new BillingError('forbidden', 'Reserved for the system.')
}

/**
 * Admits only staff, in the console. @returns their user id
 * @throws BillingError `forbidden` for anyone else, an impersonator included
 */
export function requireStaff(actor: Actor, scope: StaffScope): string {
  if (actor.kind !== 'staff' || !actor.scopes.includes(scope)) {
    throw new BillingError('forbidden', 'Reserved for staff.', { internal: `scope ${scope}` })
  }
  return actor.userId
}

/** Admits staff, and our own jobs and webhooks. @throws BillingError `forbidden`, as `requireStaff` */
export function requireStaffOrSystem(actor: Actor, scope: StaffScope): void {
  if (actor.kind !== 'system') requireStaff(actor, scope)
}

/** The person who asks, by themselves or by a token of theirs. @throws BillingError `forbidden` where it is a program */
export function requirePerson(actor: Actor): string {
  if (actor.kind === 'user' || actor.kind === 'token') return actor.userId
  throw new BillingError('forbidden', 'Only a person may do that.')
}

/** Who asked, for the rows that outlive the request. */
export function actorName(actor: Actor): string {
  switch (actor.kind) {
    case 'user':
      return `user:${actor.userId}`
    case 'staff':
      return `staff:${actor.userId}`
    case 'api-key':
      return `key:${actor.keyId}`
    case 'token':
      // Tokens are forgotten some time after their end, people are not.
      return `token:${String(actor.tokenId)} of user:${actor.userId}`
    default:
      return actor.kind
  }
}

import { BillingError } from '@/lib/kit/errors'

const ROLES = ['owner', 'billing', 'viewer'] as const
export type Role = (typeof ROLES)[number]

/** What an actor may do in the account it acts for. Every core verb asks for one in its first line. */
export type Scope = 'billing:read' | 'billing:write' | 'usage:write' | 'keys:read' | 'keys:write' | 'system'

const READ_SCOPES: readonly Scope[] = ['billing:read', 'keys:read']

export const ROLE_SCOPES: Readonly<Record<Role, readonly Scope[]>> = {
  owner: ['billing:read', 'billing:write', 'usage:write', 'keys:read', 'keys:write'],
  billing: ['billing:read', 'billing:write', 'keys:read'],
  viewer: ['billing:read'],
}

/** The roles whose members hold this scope. */
export function rolesWith(scope: Scope): readonly Role[] {
  return ROLES.filter((role) => ROLE_SCOPES[role].includes(scope))
}

/** Scopes an API key may carry; `billing:read`, `billing:write` and `usage:write` are the default: full access. */
export const API_KEY_SCOPES: readonly Scope[] = ['billing:read', 'billing:write', 'usage:write']

type Acting = Readonly<{ accountId: bigint; scopes: readonly Scope[] }>

/** Who is asking, for which account, and what they may do there. */
export type Actor =
  | (Acting & Readonly<{ kind: 'user'; userId: string; role: Role }>)
  | (Acting & Readonly<{ kind: 'api-key'; keyId: string }>)
  | (Acting & Readonly<{ kind: 'impersonator'; staffUserId: string; reason: string }>)
  | Readonly<{ kind: 'system'; name: string }>

/**
 * The account the actor may use with this scope.
 * @throws BillingError `impersonating` for an impersonator who would write, `forbidden` for a missing scope.
 */
export function requireScope(actor: Actor, scope: Scope): bigint {
  if (actor.kind === 'system') throw new BillingError('forbidden', 'Not available to the system.')
  if (actor.kind === 'impersonator' && !READ_SCOPES.includes(scope)) {
    throw new BillingError('impersonating', 'Not available during impersonation.')
  }
  if (!actor.scopes.includes(scope)) {
    throw new BillingError('forbidden', 'This credential lacks the permission for that.', {
      internal: `scope ${scope}`,
    })
  }
  return actor.accountId
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

/** Who asked, for the rows that outlive the request. */
export function actorName(actor: Actor): string {
  switch (actor.kind) {
    case 'user':
      return `user:${actor.userId}`
    case 'api-key':
      return `key:${actor.keyId}`
    default:
      return actor.kind
  }
}

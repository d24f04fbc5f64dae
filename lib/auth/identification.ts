import { z } from 'zod'
import type { Foretold } from '@/lib/core/account-question'
import { API_KEY_SCOPES, IMPERSONATOR_SCOPES, ROLE_SCOPES, tokenScopes, type Actor } from '@/lib/core/actor'
import type { CredentialKind } from './credential'

/** Who asked, and for a person, what a page shows of them. */
export type Identity = Readonly<{
  actor: Extract<Actor, { kind: 'user' | 'api-key' | 'token' | 'impersonator' }>
  accountName: string
  /** Null for an API key. Of an impersonator, the person of staff. */
  person: Readonly<{ id: string; email: string; name: string | null; isStaff: boolean }> | null
  /** How long staff may look into the account yet; null for everyone else. */
  impersonation: Readonly<{ reason: string; secondsLeft: number }> | null
  /** After how long the action asked about may be taken; null: it was taken now, or none was asked about. */
  actionWaitSeconds: number | null
  /** What was asked ahead, with its answer. */
  foretold?: Foretold
}>

/** Of the requests that asked together, how many are answered so; the others are limited. */
const counted = { granted: z.int(), retry_after_seconds: z.number().nullable() }
const good = {
  ...counted,
  status: z.enum(['ok', 'action_limited']),
  account_id: z.bigint(),
  account_name: z.string(),
}
const keySchema = z.object({
  ...good,
  key_id: z.string(),
  scopes: z.array(z.enum(API_KEY_SCOPES)),
  user_id: z.null(),
})
const personal = {
  ...good,
  user_id: z.uuid(),
  email: z.string(),
  name: z.string().nullable(),
  is_staff: z.boolean(),
  role: z.enum(['owner', 'billing', 'viewer']),
}
const sessionSchema = z.object({ ...personal, token_id: z.null() })
const tokenSchema = z.object({
  ...personal,
  token_id: z.bigint(),
  token_kind: z.enum(['session', 'personal']),
  scopes: z.array(z.string()),
})
const lookSchema = z.object({
  ...personal,
  token_id: z.null(),
  role: z.literal('impersonator'),
  impersonation: z.object({ reason: z.string(), secondsLeft: z.int() }),
})
const refused = [
  z.object({ ...counted, status: z.literal('unauthenticated') }),
  z.object({ ...counted, status: z.literal('lapsed') }),
  z.object({ ...counted, status: z.literal('absent') }),
  z.object({
    ...counted,
    status: z.literal('limited'),
    account_id: z.bigint().nullable(),
    user_id: z.uuid().nullable(),
  }),
] as const

/** By what was offered: trying one shape after the other costs a program's request more than all else about it. */
const ANSWERS = {
  'api-key': z.discriminatedUnion('status', [keySchema, ...refused]),
  token: z.discriminatedUnion('status', [tokenSchema, ...refused]),
  session: z.union([sessionSchema, lookSchema, ...refused]),
} as const satisfies Record<CredentialKind, z.ZodType>

/** A row of the SQL function `identify`. */
export type Identification = z.infer<(typeof ANSWERS)[CredentialKind]>
type Good = Extract<Identification, { status: 'ok' | 'action_limited' }>

/** Reads the row that a credential of this kind got. @throws ZodError where it is none */
export function parseIdentification(kind: CredentialKind, row: unknown): Identification {
  return ANSWERS[kind].parse(row)
}

/** Who was found. */
export function identityOf(answer: Good): Identity {
  if (answer.user_id === null) return programOf(answer)
  if (answer.token_id !== null) return holderOf(answer)
  return answer.role === 'impersonator' ? lookerOf(answer) : visitorOf(answer)
}

function programOf(answer: z.infer<typeof keySchema>): Identity {
  return {
    actor: { kind: 'api-key', keyId: answer.key_id, accountId: answer.account_id, scopes: answer.scopes },
    accountName: answer.account_name,
    person: null,
    impersonation: null,
    actionWaitSeconds: answer.retry_after_seconds,
  }
}

function visitorOf(answer: z.infer<typeof sessionSchema>): Identity {
  const { user_id: userId, role, account_id: accountId } = answer
  const actor = { kind: 'user', userId, role, accountId, scopes: ROLE_SCOPES[role] } as const
  return { actor, impersonation: null, ...shownOf(answer) }
}

function lookerOf(answer: z.infer<typeof lookSchema>): Identity {
  const { user_id: staffUserId, account_id: accountId, impersonation } = answer
  const { reason } = impersonation
  const actor = {
    kind: 'impersonator',
    staffUserId,
    reason,
    accountId,
    scopes: IMPERSONATOR_SCOPES,
  } as const
  return { actor, impersonation, ...shownOf(answer) }
}

function holderOf(answer: z.infer<typeof tokenSchema>): Identity {
  const { token_id: tokenId, user_id: userId, role, account_id: accountId } = answer
  const scopes = tokenScopes(role, { kind: answer.token_kind, abilities: answer.scopes })
  return {
    actor: { kind: 'token', tokenId, userId, role, accountId, scopes },
    impersonation: null,
    ...shownOf(answer),
  }
}

function shownOf(answer: z.infer<typeof sessionSchema | typeof tokenSchema | typeof lookSchema>) {
  const { user_id: id, email, name, is_staff: isStaff } = answer
  return {
    accountName: answer.account_name,
    person: { id, email, name, isStaff },
    actionWaitSeconds: answer.retry_after_seconds,
  }
}

import { z } from 'zod'
import type { AccountQuestion, Foretold } from '@/lib/core/account-question'
import {
  API_KEY_SCOPES,
  IMPERSONATOR_SCOPES,
  ROLE_SCOPES,
  rolesWith,
  tokenScopes,
  type Actor,
  type Scope,
} from '@/lib/core/actor'
import { callDatabase } from '@/lib/db/call'
import type { Database, Fragment, Sql } from '@/lib/db/client'
import type { Instant } from '@/lib/kit/clock'
import { BillingError } from '@/lib/kit/errors'
import type { Credential, CredentialKind } from './credential'
import { FAILED_AUTHENTICATIONS, type Limit, type SensitiveAction } from './limits'

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

type Question = Readonly<{
  credential: Credential
  /**
   * The slug of the organisation that the caller must belong to and then acts for. Null where none is named: a key or token
   * acts for its own account, a session for the one that was switched to.
   */
  organisation: string | null
  /** The method and path asked for, which staff who look into an account leave behind; of a session. */
  view: string | null
  /** From `clientAddress`. */
  client: string
  /** Null where requests are not counted. */
  requests: Limit | null
  /** A sensitive action, which has a bucket of its own; null for an ordinary request. */
  action: (ScopedAction & Readonly<{ limit: Limit; whenSpent: WhenSpent }>) | null
  /** What a bad credential hears from an address that has sent too many of them. */
  strangers: 'unauthenticated' | 'rate_limited'
  /**
   * What the caller will ask of their account, answered in the same round trip and for whoever may act for it alone: nobody
   * else costs more than being refused.
   */
  ahead?: Readonly<{ question: AccountQuestion; now: Instant }> | null
}>

/** Only a caller who holds the scope takes from the action's bucket. */
export type ScopedAction = Readonly<{ name: SensitiveAction; scope: Scope }>

/** Who may do without the action is told that it cannot be taken now; for everyone else it is a refusal. */
type WhenSpent = 'refuse' | 'tell'

/**
 * Authenticates a credential and counts the request against its limits, in one round trip.
 *
 * The limiter is our own, in SQL, because it shares that round trip: a library would need its own store or a second
 * query, and one in process memory would be wrong with two instances. It is GCRA in one upsert: exact under concurrency.
 * @throws BillingError `unauthenticated`, `rate_limited`, `not_found` (an organisation that the caller does not belong to, or
 * that does not exist), `database_unavailable`
 */
export async function identify(db: Database, question: Question): Promise<Identity> {
  const { credential, organisation, view, client, requests, action, strangers, ahead } = question
  const [row] = await callDatabase(
    db,
    (sql) => sql`
    select status, retry_after_seconds, account_id, account_name, key_id, token_id, token_kind, scopes,
      user_id, email, name, is_staff, role, impersonation, ${answerTo(sql, ahead)} as answer
    from identify(${credential.kind}, ${credential.hash}, ${organisation}, ${view}, ${client},
      ${FAILED_AUTHENTICATIONS.perMinute}, ${FAILED_AUTHENTICATIONS.burst},
      ${requests?.perMinute ?? null}, ${requests?.burst ?? null}, ${bucketOf(sql, action)})`,
  )
  const answer = ANSWERS[credential.kind].parse(row)
  const isTurnedAway =
    answer.status === 'limited' &&
    answer.account_id === null &&
    answer.user_id === null &&
    strangers === 'unauthenticated'
  if (answer.status === 'unauthenticated' || answer.status === 'lapsed' || isTurnedAway)
    throw new BillingError('unauthenticated', 'Unauthorized')
  if (answer.status === 'limited') throw rateLimited(answer.retry_after_seconds)
  if (answer.status === 'absent') throw new BillingError('not_found', 'Not found')
  const waitSeconds = answer.retry_after_seconds
  if (waitSeconds !== null && action?.whenSpent !== 'tell') throw rateLimited(waitSeconds)
  const identity = identityOf(answer)
  if (ahead == null) return identity
  return { ...identity, foretold: { key: ahead.question.key, now: ahead.now, answer: row?.['answer'] } }
}

/** Most requests take no action: what the driver is not given it need not write, 2 µs for each. */
function bucketOf(sql: Sql, action: Question['action']): Fragment {
  if (action === null) return sql`null, null, null, null, null`
  const { name, scope, limit } = action
  return sql`${name}, ${scope}, ${rolesWith(scope)}::text[], ${limit.perMinute}, ${limit.burst}`
}

function answerTo(sql: Sql, ahead: Question['ahead']): Fragment {
  if (ahead == null) return sql`null`
  return sql`case when status = 'ok' then ${ahead.question.call(sql, sql`account_id`, ahead.now)} end`
}

function identityOf(
  answer: z.infer<typeof keySchema | typeof sessionSchema | typeof tokenSchema | typeof lookSchema>,
): Identity {
  if (answer.user_id === null) return programOf(answer)
  if (answer.token_id !== null) return holderOf(answer)
  return answer.role === 'impersonator' ? lookerOf(answer) : visitorOf(answer)
}

export function rateLimited(retryAfterSeconds: number): BillingError {
  return new BillingError('rate_limited', 'Too many requests. Try again later.', { retryAfterSeconds })
}

const granted = {
  status: z.enum(['ok', 'action_limited']),
  retry_after_seconds: z.number().nullable(),
  account_id: z.bigint(),
  account_name: z.string(),
}
const keySchema = z.object({
  ...granted,
  key_id: z.string(),
  scopes: z.array(z.enum(API_KEY_SCOPES)),
  user_id: z.null(),
})
const personal = {
  ...granted,
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
  z.object({ status: z.literal('unauthenticated') }),
  z.object({ status: z.literal('lapsed') }),
  z.object({ status: z.literal('absent') }),
  z.object({
    status: z.literal('limited'),
    retry_after_seconds: z.number(),
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

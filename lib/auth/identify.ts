import type { AccountQuestion, Foretold } from '@/lib/core/account-question'
import { rolesWith, type Scope } from '@/lib/core/actor'
import { callDatabase } from '@/lib/db/call'
import type { Database, Fragment, Sql } from '@/lib/db/client'
import { goTogether, type Outcomes } from '@/lib/db/go-together'
import { invariant } from '@/lib/kit/assert'
import type { Instant } from '@/lib/kit/clock'
import { BillingError } from '@/lib/kit/errors'
import type { Credential } from './credential'
import { identityOf, parseIdentification, type Identification, type Identity } from './identification'
import { FAILED_AUTHENTICATIONS, type Limit, type SensitiveAction } from './limits'

export type Question = Readonly<{
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
}>

type Together = Readonly<{
  /** How many requests ask the question. */
  count: number
  /**
   * What they will ask of their account, answered in the same round trip and for whoever may act for it alone: nobody else
   * costs more than being refused. Null for nothing.
   */
  ahead: Readonly<{ question: AccountQuestion; now: Instant }> | null
}>

/** Only a caller who holds the scope takes from the action's bucket. */
export type ScopedAction = Readonly<{ name: SensitiveAction; scope: Scope }>

/** Who may do without the action is told that it cannot be taken now; for everyone else it is a refusal. */
type WhenSpent = 'refuse' | 'tell'

/** Requests of one caller wait for the lock of their bucket in any case: one call at a time carries some of them. */
const TOGETHER_MAX = 100

type Callers = (caller: string, question: Question) => Promise<Identity>
const callersOf = new WeakMap<Database, Callers>()

/**
 * Authenticates a credential and counts the request against its limits, in one round trip. Requests of one key or token that
 * ask the same while a call for them is on its way go together in the next. An action has a bucket of its own, and a
 * session's view is left behind one by one: those go alone.
 *
 * The limiter is our own, in SQL, because it shares that round trip: a library would need its own store or a second
 * query, and one in process memory would be wrong with two instances. It is GCRA under the lock of the bucket's row: exact under concurrency.
 * @throws BillingError `unauthenticated`, `rate_limited`, `not_found` (an organisation that the caller does not belong to, or
 * that does not exist), `database_unavailable`
 */
export async function identify(db: Database, question: Question): Promise<Identity> {
  if (question.action === null && question.credential.kind !== 'session') {
    const callers = callersOf.get(db) ?? goTogether(TOGETHER_MAX, (questions) => askOfLast(db, questions))
    callersOf.set(db, callers)
    return callers(callerOf(question), question)
  }
  const [outcome] = await identifyAll(db, question, { count: 1, ahead: null })
  invariant(outcome !== undefined, 'every question has an outcome')
  if (outcome instanceof Error) throw outcome
  return outcome
}

/**
 * The same for requests that ask one question together: each counts, those that the limits allow come first, and they have
 * one identity. What is asked ahead is answered with it, as of this call.
 * @throws BillingError `database_unavailable`
 */
export async function identifyAll(
  db: Database,
  question: Question,
  { count, ahead }: Together,
): Promise<Outcomes<Identity>> {
  const { credential, organisation, view, client, requests, action } = question
  invariant(count === 1 || action === null, 'an action is taken once')
  const [row] = await callDatabase(
    db,
    (sql) => sql`
    select status, granted, retry_after_seconds, account_id, account_name, key_id, token_id, token_kind, scopes,
      user_id, email, name, is_staff, role, impersonation, ${answerTo(sql, ahead)} as told
    from identify(${credential.kind}, ${credential.hash}, ${organisation}, ${view}, ${client},
      ${FAILED_AUTHENTICATIONS.perMinute}, ${FAILED_AUTHENTICATIONS.burst},
      ${requests?.perMinute ?? null}, ${requests?.burst ?? null}, ${count}, ${bucketOf(sql, action)})`,
  )
  const answer = parseIdentification(credential.kind, row)
  const allowed = outcomeOf(question, answer, answer.granted > 0)
  const good =
    ahead === null || allowed instanceof Error ? allowed : { ...allowed, foretold: foretell(ahead, row) }
  return Array.from({ length: count }, (_, index) =>
    index < answer.granted ? good : outcomeOf(question, answer, false),
  )
}

function foretell(
  { question: { key } }: NonNullable<Together['ahead']>,
  row: Readonly<Record<string, unknown>> | undefined,
): Foretold {
  const text = row?.['told']
  invariant(typeof text === 'string', 'who may act for the account is told')
  return { key, text }
}

/** The same for questions that have one answer. */
function callerOf({ credential: { kind, hash }, organisation, client, requests }: Question): string {
  return JSON.stringify([kind, hash.toString('base64'), organisation, client, requests])
}

async function askOfLast(db: Database, questions: readonly Question[]): Promise<Outcomes<Identity>> {
  const last = questions.at(-1)
  return last === undefined ? [] : identifyAll(db, last, { count: questions.length, ahead: null })
}

/** `isGranted`: it was one of those that the bucket allowed. */
function outcomeOf(
  { action, strangers }: Question,
  answer: Identification,
  isGranted: boolean,
): Identity | BillingError {
  const waitSeconds = answer.retry_after_seconds
  if (!isGranted || answer.status === 'limited') {
    return isNobody(answer) && strangers === 'unauthenticated' ? unknown() : rateLimited(waitSeconds ?? 1)
  }
  if (answer.status === 'unauthenticated' || answer.status === 'lapsed') return unknown()
  if (answer.status === 'absent') return new BillingError('not_found', 'Not found')
  if (action === null) return identityOf({ ...answer, retry_after_seconds: null })
  return waitSeconds === null || action.whenSpent === 'tell' ? identityOf(answer) : rateLimited(waitSeconds)
}

function isNobody(answer: Identification): boolean {
  if (answer.status !== 'limited') return answer.status === 'unauthenticated'
  return answer.account_id === null && answer.user_id === null
}

function unknown(): BillingError {
  return new BillingError('unauthenticated', 'Unauthorized')
}

/** Most requests take no action: what the driver is not given it need not write, 2 µs for each. */
function bucketOf(sql: Sql, action: Question['action']): Fragment {
  if (action === null) return sql`null, null, null, null, null`
  const { name, scope, limit } = action
  return sql`${name}, ${scope}, ${rolesWith(scope)}::text[], ${limit.perMinute}, ${limit.burst}`
}

function answerTo(sql: Sql, ahead: Together['ahead']): Fragment {
  if (ahead === null) return sql`null`
  return sql`case when status = 'ok' then ${ahead.question.call(sql, sql`account_id`, ahead.now)}::text end`
}

export function rateLimited(retryAfterSeconds: number): BillingError {
  return new BillingError('rate_limited', 'Too many requests. Try again later.', { retryAfterSeconds })
}

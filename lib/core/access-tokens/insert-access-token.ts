import { z } from 'zod'
import { auditCall, type AuditedAct } from '@/lib/core/audit/record-audit'
import type { Sql } from '@/lib/db/client'
import type { Instant } from '@/lib/kit/clock'
import { generatePersonalToken, generateSessionToken, hashAccessToken } from './token-codec'

/** A personal token as it is shown once. Moments are real time. */
export type PersonalToken = Readonly<{
  id: bigint
  name: string
  abilities: readonly string[]
  token: string
  createdAt: Date
}>

/** One that stands for a sign-in. */
export type SessionToken = Readonly<{ id: bigint; token: string; expiresAt: Date }>

/** How long a token that stands for a sign-in lives: a working day. */
const SESSION_SECONDS = 8 * 60 * 60

type Owner = Readonly<{
  userId: string
  /** The account it acts for where a request names none. */
  accountId: bigint
  name: string
  pepper: string
  /** Who has it made, for the log. */
  actor: AuditedAct['actor']
  now: Instant
}>

/**
 * Writes a new token down; null where the account's plan allows no more of them. Called again it makes another one: the one
 * before was shown to nobody, and opens nothing. So does its sister.
 */
export async function insertPersonalToken(
  sql: Sql,
  owner: Owner & Readonly<{ abilities: readonly string[] }>,
): Promise<PersonalToken | null> {
  const { userId, accountId, name, pepper, abilities } = owner
  const id = await drawId(sql)
  const token = generatePersonalToken(id)
  const [written] = await sql`
    with made as (
      insert into access_token (id, user_id, account_id, kind, name, token_hash, abilities)
      select ${id}::bigint, ${userId}::uuid, ${accountId}::bigint, 'personal', ${name}::text,
          ${hashAccessToken(token, pepper)}::bytea, ${[...abilities]}::text[]
        where has_room_for_token(${accountId})
      returning created_at)
    select created_at, ${auditCall(sql, madeBy(owner, id, 'personal'))} from made`
  if (written === undefined) return null
  const { created_at: createdAt } = z.object({ created_at: z.date() }).parse(written)
  return { id, name, abilities, token, createdAt }
}

export async function insertSessionToken(sql: Sql, owner: Owner): Promise<SessionToken> {
  const { userId, accountId, name, pepper } = owner
  const id = await drawId(sql)
  const token = generateSessionToken()
  const [written] = await sql`
    with made as (
      insert into access_token (id, user_id, account_id, kind, name, token_hash, abilities, expires_at)
      values (${id}, ${userId}, ${accountId}, 'session', ${name}, ${hashAccessToken(token, pepper)}, ${['*']}::text[],
        clock_timestamp() + make_interval(secs => ${SESSION_SECONDS}))
      returning expires_at)
    select expires_at, ${auditCall(sql, madeBy(owner, id, 'session'))} from made`
  const { expires_at: expiresAt } = z.object({ expires_at: z.date() }).parse(written)
  return { id, token, expiresAt }
}

async function drawId(sql: Sql): Promise<bigint> {
  const [drawn] = await sql`select nextval(pg_get_serial_sequence('access_token', 'id')) as id`
  return z.object({ id: z.bigint() }).parse(drawn).id
}

function madeBy({ actor, accountId, name, now }: Owner, id: bigint, kind: string): AuditedAct {
  return { actor, action: 'token.created', accountId, target: String(id), details: { name, kind }, now }
}

import { z } from 'zod'
import type { Sql } from '@/lib/db/client'
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
}>

/**
 * Writes a new token down; null where the account's plan allows no more of them. Called again it makes another one: the one
 * before was shown to nobody, and opens nothing. So does its sister.
 */
export async function insertPersonalToken(
  sql: Sql,
  { userId, accountId, name, pepper, abilities }: Owner & Readonly<{ abilities: readonly string[] }>,
): Promise<PersonalToken | null> {
  const [drawn] = await sql`select nextval(pg_get_serial_sequence('access_token', 'id')) as id`
  const { id } = z.object({ id: z.bigint() }).parse(drawn)
  const token = generatePersonalToken(id)
  const [written] = await sql`
    insert into access_token (id, user_id, account_id, kind, name, token_hash, abilities)
    select ${id}::bigint, ${userId}::uuid, ${accountId}::bigint, 'personal', ${name}::text,
        ${hashAccessToken(token, pepper)}::bytea, ${[...abilities]}::text[]
      where has_room_for_token(${accountId})
    returning created_at`
  if (written === undefined) return null
  const { created_at: createdAt } = z.object({ created_at: z.date() }).parse(written)
  return { id, name, abilities, token, createdAt }
}

export async function insertSessionToken(
  sql: Sql,
  { userId, accountId, name, pepper }: Owner,
): Promise<SessionToken> {
  const token = generateSessionToken()
  const [written] = await sql`
    insert into access_token (user_id, account_id, kind, name, token_hash, abilities, expires_at)
    values (${userId}, ${accountId}, 'session', ${name}, ${hashAccessToken(token, pepper)}, ${['*']}::text[],
      clock_timestamp() + make_interval(secs => ${SESSION_SECONDS}))
    returning id, expires_at`
  const { id, expires_at: expiresAt } = z.object({ id: z.bigint(), expires_at: z.date() }).parse(written)
  return { id, token, expiresAt }
}

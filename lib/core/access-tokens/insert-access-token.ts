import { z } from 'zod'
import type { Sql } from '@/lib/db/client'
import { generatePersonalToken, generateSessionToken, hashAccessToken } from './token-codec'

/** A token as it is shown once. Moments are real time. */
export type AccessToken = Readonly<{
  id: bigint
  name: string
  abilities: readonly string[]
  token: string
  createdAt: Date
  /** Null: until it is revoked. */
  expiresAt: Date | null
}>

/** How long a token that stands for a sign-in lives: a working day. */
const SESSION_TOKEN_SECONDS = 8 * 60 * 60

type Row = Readonly<{
  kind: 'session' | 'personal'
  userId: string
  /** The account it acts for where a request names none. */
  accountId: bigint
  name: string
  abilities: readonly string[]
  pepper: string
}>

/**
 * Writes a new token down. Called again it makes another one: the one before was shown to nobody, and opens nothing.
 */
export async function insertAccessToken(sql: Sql, row: Row): Promise<AccessToken> {
  const { kind, userId, accountId, name, abilities, pepper } = row
  const [drawn] = await sql`select nextval(pg_get_serial_sequence('access_token', 'id')) as id`
  const { id } = z.object({ id: z.bigint() }).parse(drawn)
  const token = kind === 'personal' ? generatePersonalToken(id) : generateSessionToken()
  const seconds = kind === 'session' ? SESSION_TOKEN_SECONDS : null
  const [written] = await sql`
    insert into access_token (id, user_id, account_id, kind, name, token_hash, abilities, expires_at)
    values (${id}, ${userId}, ${accountId}, ${kind}, ${name}, ${hashAccessToken(token, pepper)},
      ${[...abilities]}::text[], clock_timestamp() + make_interval(secs => ${seconds}))
    returning created_at, expires_at`
  const moments = z.object({ created_at: z.date(), expires_at: z.date().nullable() }).parse(written)
  return { id, name, abilities, token, createdAt: moments.created_at, expiresAt: moments.expires_at }
}

import { z } from 'zod'
import { requirePerson, requireScope } from '@/lib/core/actor'
import type { Context } from '@/lib/core/context'
import { callDatabase } from '@/lib/db/call'

/** A token as its person sees it. Moments are real time; `lastUsedAt` is at most a minute old, null if never used. */
export type AccessTokenSummary = Readonly<{
  id: bigint
  kind: 'session' | 'personal'
  name: string
  /** Of the account it acts for where a request names none. */
  accountName: string
  abilities: readonly string[]
  createdAt: Date
  lastUsedAt: Date | null
  expiresAt: Date | null
}>

const rows = z.array(
  z
    .object({
      id: z.bigint(),
      kind: z.enum(['session', 'personal']),
      name: z.string(),
      account_name: z.string(),
      abilities: z.array(z.string()),
      created_at: z.date(),
      last_used_at: z.date().nullable(),
      expires_at: z.date().nullable(),
    })
    .transform(({ account_name, created_at, last_used_at, expires_at, ...token }) => ({
      ...token,
      accountName: account_name,
      createdAt: created_at,
      lastUsedAt: last_used_at,
      expiresAt: expires_at,
    })),
)

/**
 * The person's own tokens that work, of all their accounts, newest first. @throws BillingError `impersonating`,
 * `forbidden`, `database_unavailable`
 */
export async function listAccessTokens(ctx: Context): Promise<readonly AccessTokenSummary[]> {
  requireScope(ctx.actor, 'self:read')
  const userId = requirePerson(ctx.actor)
  const found = await callDatabase(
    ctx.db,
    (sql) => sql`
      select token.id, token.kind, token.name, account.name as account_name, token.abilities, token.created_at,
          token.last_used_at, token.expires_at
        from access_token as token join account on account.id = token.account_id
        where token.user_id = ${userId} and token.revoked_at is null
          and (token.expires_at is null or token.expires_at > clock_timestamp())
        order by token.created_at desc, token.id desc`,
  )
  return rows.parse([...found])
}

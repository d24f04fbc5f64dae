import { z } from 'zod'
import { requireScope } from '@/lib/core/actor'
import type { Context } from '@/lib/core/context'
import { callDatabase } from '@/lib/db/call'

/** A key as its owner sees it. Moments are real time; `lastUsedAt` is at most a minute old, null if never used. */
export type ApiKeySummary = Readonly<{
  id: string
  name: string
  preview: string
  scopes: readonly string[]
  createdAt: Date
  lastUsedAt: Date | null
  expiresAt: Date | null
}>

const rows = z.array(
  z.object({
    id: z.string(),
    name: z.string(),
    preview: z.string(),
    scopes: z.array(z.string()),
    created_at: z.date(),
    last_used_at: z.date().nullable(),
    expires_at: z.date().nullable(),
  }),
)

/** The account's keys that are not revoked, newest first. @throws BillingError `forbidden`, `database_unavailable` */
export async function listApiKeys(ctx: Context): Promise<readonly ApiKeySummary[]> {
  const accountId = requireScope(ctx.actor, 'keys:read')
  const found = await callDatabase(
    ctx.db,
    (sql) => sql`
      select id, name, preview, scopes, created_at, last_used_at, expires_at
        from api_key
       where account_id = ${accountId} and revoked_at is null
       order by created_at desc, id desc`,
  )
  return rows.parse([...found]).map(({ created_at, last_used_at, expires_at, ...key }) => ({
    ...key,
    createdAt: created_at,
    lastUsedAt: last_used_at,
    expiresAt: expires_at,
  }))
}

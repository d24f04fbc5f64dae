import { and, desc, eq, isNull } from 'drizzle-orm'
import { requireScope } from '@/lib/core/actor'
import type { Context } from '@/lib/core/context'
import { apiKey } from '@/lib/db/schema'

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

/** The account's keys that are not revoked, newest first. @throws BillingError `forbidden` */
export async function listApiKeys(ctx: Context): Promise<readonly ApiKeySummary[]> {
  const accountId = requireScope(ctx.actor, 'keys:read')
  const { id, name, preview, scopes, createdAt, lastUsedAt, expiresAt } = apiKey
  return ctx.db.orm
    .select({ id, name, preview, scopes, createdAt, lastUsedAt, expiresAt })
    .from(apiKey)
    .where(and(eq(apiKey.accountId, accountId), isNull(apiKey.revokedAt)))
    .orderBy(desc(apiKey.createdAt), desc(apiKey.id))
}

import { and, eq, sql } from 'drizzle-orm'
import { requireScope } from '@/lib/core/actor'
import type { Context } from '@/lib/core/context'
import { apiKey } from '@/lib/db/schema'
import { BillingError } from '@/lib/kit/errors'

/**
 * Ends a key at once: the next request with it is refused. Revoking it again changes nothing.
 * @throws BillingError `impersonating`, `forbidden`, `not_found` for a key of another account as for none
 */
export async function revokeApiKey(ctx: Context, keyId: string): Promise<void> {
  const accountId = requireScope(ctx.actor, 'keys:write')
  const revoked = await ctx.db.orm
    .update(apiKey)
    .set({ revokedAt: sql`coalesce(${apiKey.revokedAt}, clock_timestamp())` })
    .where(and(eq(apiKey.accountId, accountId), eq(apiKey.id, keyId)))
    .returning({ id: apiKey.id })
  if (revoked.length === 0) throw new BillingError('not_found', 'There is no such key.')
  ctx.log.info({ keyId }, 'API key revoked')
}

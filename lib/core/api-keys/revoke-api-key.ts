import { requireScope } from '@/lib/core/actor'
import type { Context } from '@/lib/core/context'
import { callDatabase } from '@/lib/db/call'
import { BillingError } from '@/lib/kit/errors'

/**
 * Ends a key at once: the next request with it is refused. Revoking it again changes nothing.
 * @throws BillingError `impersonating`, `forbidden`, `not_found` for a key of another account as for none,
 * `database_unavailable`
 */
export async function revokeApiKey(ctx: Context, keyId: string): Promise<void> {
  const accountId = requireScope(ctx.actor, 'keys:write')
  const revoked = await callDatabase(
    ctx.db,
    (sql) => sql`
      update api_key set revoked_at = coalesce(revoked_at, clock_timestamp())
       where account_id = ${accountId} and id = ${keyId}
      returning id`,
  )
  if (revoked.length === 0) throw new BillingError('not_found', 'There is no such key.')
  ctx.log.info({ keyId }, 'API key revoked')
}

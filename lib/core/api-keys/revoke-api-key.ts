import { requireScope } from '@/lib/core/actor'
import { auditCall } from '@/lib/core/audit/record-audit'
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
  const act = {
    actor: ctx.actor,
    action: 'key.revoked',
    accountId,
    target: keyId,
    now: ctx.now(),
  } as const
  const revoked = await callDatabase(
    ctx.db,
    (sql) => sql`
      with ended as (
        update api_key set revoked_at = clock_timestamp()
          where account_id = ${accountId} and id = ${keyId} and revoked_at is null returning id)
      select id, (select ${auditCall(sql, act)} from ended) from api_key
        where account_id = ${accountId} and id = ${keyId}`,
  )
  if (revoked.length === 0) throw new BillingError('not_found', 'There is no such key.')
  ctx.log.info({ keyId }, 'API key revoked')
}

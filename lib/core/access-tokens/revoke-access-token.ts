import { requirePerson, requireScope } from '@/lib/core/actor'
import { auditCall } from '@/lib/core/audit/record-audit'
import type { Context } from '@/lib/core/context'
import { callDatabase } from '@/lib/db/call'
import { BillingError } from '@/lib/kit/errors'

const ID_MAX = 2n ** 63n - 1n

/**
 * Ends a token of the person's own at once: the next request with it is refused. Revoking it again changes nothing.
 * @throws BillingError `impersonating`, `forbidden`, `not_found` for another person's token as for none,
 * `database_unavailable`
 */
export async function revokeAccessToken(ctx: Context, tokenId: bigint): Promise<void> {
  const accountId = requireScope(ctx.actor, 'self:write')
  const userId = requirePerson(ctx.actor)
  const id = tokenId > ID_MAX ? -1n : tokenId
  const act = {
    actor: ctx.actor,
    action: 'token.revoked',
    accountId,
    target: String(id),
    now: ctx.now(),
  } as const
  const revoked = await callDatabase(
    ctx.db,
    (sql) => sql`
      with ended as (
        update access_token set revoked_at = clock_timestamp()
          where user_id = ${userId} and id = ${id} and revoked_at is null returning id)
      select id, (select ${auditCall(sql, act)} from ended) from access_token
        where user_id = ${userId} and id = ${id}`,
  )
  if (revoked.length === 0) throw new BillingError('not_found', 'There is no such token.')
  ctx.log.info({ tokenId: String(tokenId), userId }, 'access token revoked')
}

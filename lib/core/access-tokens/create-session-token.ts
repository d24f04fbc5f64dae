import { requireScope } from '@/lib/core/actor'
import type { Context } from '@/lib/core/context'
import { callDatabase } from '@/lib/db/call'
import { BillingError } from '@/lib/kit/errors'
import { insertSessionToken, type SessionToken } from './insert-access-token'

/**
 * A token that stands for the sign-in of the person who asks, for the account they look at; it ends by itself. Only for a
 * person in their browser: no token makes another that outlives it.
 * @throws BillingError `impersonating`, `forbidden`, `database_unavailable`
 */
export async function createSessionToken(
  ctx: Context,
  input: Readonly<{ name: string; pepper: string }>,
): Promise<SessionToken> {
  const accountId = requireScope(ctx.actor, 'self:write')
  const { actor } = ctx
  if (actor.kind !== 'user') throw new BillingError('forbidden', 'Sign in to get a session token.')
  const { userId } = actor
  const made = await callDatabase(ctx.db, (sql) =>
    insertSessionToken(sql, { ...input, userId, accountId, actor, now: ctx.now() }),
  )
  ctx.log.info({ tokenId: String(made.id), userId }, 'session token created')
  return made
}

import { requireScope } from '@/lib/core/actor'
import type { Context } from '@/lib/core/context'
import { endMembership } from './end-membership'

/**
 * Ends someone's membership, from their next request on, their access tokens for this account and the invitations that they
 * sent. API keys that they made are the account's and stay. Removing who is no member changes nothing.
 * @throws BillingError `impersonating`, `forbidden`, `conflict` (the last owner), `database_unavailable`
 */
export async function removeMember(ctx: Context, userId: string): Promise<void> {
  const accountId = requireScope(ctx.actor, 'members:write')
  const { actor } = ctx
  await endMembership(ctx.db, { actor, accountId, userId, kind: 'removed', now: ctx.now() })
}

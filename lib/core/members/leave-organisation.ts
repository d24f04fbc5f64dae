import { requirePerson, requireScope } from '@/lib/core/actor'
import type { Context } from '@/lib/core/context'
import { endMembership } from './end-membership'

/**
 * Ends the membership of the person who asks, and the invitations that they sent. Who was a member nowhere else then has an organisation of their own.
 * @throws BillingError `impersonating`, `forbidden`, `conflict` (the last owner), `database_unavailable`
 */
export async function leaveOrganisation(ctx: Context): Promise<void> {
  const accountId = requireScope(ctx.actor, 'self:write')
  const userId = requirePerson(ctx.actor)
  const { actor } = ctx
  await endMembership(ctx.db, { actor, accountId, userId, kind: 'left', now: ctx.now() })
}

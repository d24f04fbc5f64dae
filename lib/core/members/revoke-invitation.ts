import { z } from 'zod'
import { actorName, requireScope } from '@/lib/core/actor'
import type { Context } from '@/lib/core/context'
import { callDatabase } from '@/lib/db/call'
import { BillingError } from '@/lib/kit/errors'

const row = z.object({ exists: z.boolean() })

/**
 * Takes an invitation back: its link is worth nothing from now on. One that is not open any more stays as it is.
 * @throws BillingError `impersonating`, `forbidden`, `not_found` for another account's as for none, `database_unavailable`
 */
export async function revokeInvitation(ctx: Context, invitationId: string): Promise<void> {
  const accountId = requireScope(ctx.actor, 'members:write')
  const [answer] = await callDatabase(
    ctx.db,
    (sql) => sql`
      select revoke_invitation(${accountId}, ${invitationId}, ${actorName(ctx.actor)}, ${ctx.now()}) as exists`,
  )
  if (!row.parse(answer).exists) throw new BillingError('not_found', 'There is no such invitation.')
}

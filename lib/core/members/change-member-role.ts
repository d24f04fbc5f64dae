import { z } from 'zod'
import { actorName, requireScope, type Role } from '@/lib/core/actor'
import type { Context } from '@/lib/core/context'
import { callDatabase } from '@/lib/db/call'
import { BillingError } from '@/lib/kit/errors'
import { lastOwner } from './member-answer'

const row = z.object({ status: z.enum(['changed', 'absent', 'last_owner']) })

/**
 * Gives a member another role, which counts from their next request on. The last owner stays one; of who was an owner,
 * open invitations are taken back.
 * @throws BillingError `impersonating`, `forbidden`, `not_found` (no member), `conflict` (the last owner),
 * `database_unavailable`
 */
export async function changeMemberRole(
  ctx: Context,
  { userId, role }: Readonly<{ userId: string; role: Role }>,
): Promise<void> {
  const accountId = requireScope(ctx.actor, 'members:write')
  const [answer] = await callDatabase(
    ctx.db,
    (sql) => sql`
      select change_member_role(${accountId}, ${userId}, ${role}, ${actorName(ctx.actor)}, ${ctx.now()}) as status`,
  )
  const { status } = row.parse(answer)
  if (status === 'absent') throw new BillingError('not_found', 'There is no such member.')
  if (status === 'last_owner') throw lastOwner()
}

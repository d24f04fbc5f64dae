import { actorName, requireScope } from '@/lib/core/actor'
import type { Context } from '@/lib/core/context'
import { callDatabase } from '@/lib/db/call'

/**
 * Whether the operator's staff may look into the account from now on. Switched off it ends looks that last, at their next
 * request. @throws BillingError `impersonating`, `forbidden`, `database_unavailable`
 */
export async function admitStaff(ctx: Context, admits: boolean): Promise<void> {
  const accountId = requireScope(ctx.actor, 'members:write')
  await callDatabase(
    ctx.db,
    (sql) => sql`select admit_staff(${accountId}, ${admits}, ${actorName(ctx.actor)}, ${ctx.now()})`,
  )
}

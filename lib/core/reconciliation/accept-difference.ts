import { callDatabase } from '@/lib/db/call'
import { BillingError } from '@/lib/kit/errors'
import { actorName, requireStaff } from '../actor'
import type { Context } from '../context'

/**
 * Closes a difference as it is: it is told again only if its amounts change. `note` says why. Written to the audit log.
 * @throws BillingError `not_found` (there is none, or it is closed already), `forbidden`, `database_unavailable`
 */
export async function acceptDifference(
  ctx: Context,
  { id, note }: Readonly<{ id: bigint; note: string }>,
): Promise<void> {
  const staff = requireStaff(ctx.actor, 'staff:write')
  const [row] = await callDatabase(
    ctx.db,
    (sql) => sql<{ accepted: boolean }[]>`
      select accept_difference(${id}, ${note}, ${actorName(ctx.actor)}, ${staff}, ${ctx.now()}) as accepted`,
  )
  if (row?.accepted !== true) throw new BillingError('not_found', 'That difference is closed already.')
}

import { callDatabase } from '@/lib/db/call'
import { BillingError } from '@/lib/kit/errors'
import { requireStaff } from '../actor'
import { refuseAdjustment } from '../adjustments/adjustment-answer'
import type { Context } from '../context'

/**
 * Staff find a warning of fraud to be unfounded: what it froze is free again, for good. Any number of times.
 * @throws BillingError `forbidden` (no staff, or a member of the account), `not_found`, `database_unavailable`
 */
export async function dismissWarning(
  ctx: Context,
  { accountId, warningId, reason }: Readonly<{ accountId: bigint; warningId: string; reason: string }>,
): Promise<void> {
  const staffUserId = requireStaff(ctx.actor, 'staff:write')
  const [row] = await callDatabase(
    ctx.db,
    (sql) => sql<{ status: string }[]>`
      select dismiss_warning(${accountId}, ${warningId}, ${staffUserId}, ${reason}, ${ctx.now()}) as status`,
  )
  const status = row?.status
  if (status === 'not_staff' || status === 'own_account') throw refuseAdjustment(status)
  if (status !== 'dismissed') throw new BillingError('not_found', 'No such warning.')
}

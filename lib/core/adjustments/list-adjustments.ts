import { requireStaff } from '@/lib/core/actor'
import type { Context } from '@/lib/core/context'
import { callDatabase } from '@/lib/db/call'
import { parseAdjustment, type Adjustment } from './read-adjustment'

const SHOWN_MAX = 100

/**
 * The latest hundred adjustments: of one account, or of all those that wait for a second person (`waiting`) or have had
 * one (`decided`). Newest first, what waits by who waits longest.
 * @throws BillingError `forbidden`, `database_unavailable`
 */
export async function listAdjustments(
  ctx: Context,
  which: Readonly<{ accountId: bigint }> | 'waiting' | 'decided',
): Promise<readonly Adjustment[]> {
  const staffId = requireStaff(ctx.actor, 'staff:read')
  const accountId = typeof which === 'string' ? null : which.accountId
  const rows = await callDatabase(
    ctx.db,
    (sql) => sql`
      select * from read_adjustments(null, ${accountId}, ${which === 'waiting'}, ${staffId}, ${SHOWN_MAX}, ${ctx.now()})`,
  )
  return rows.map(parseAdjustment)
}

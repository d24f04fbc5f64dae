import { requireStaff } from '@/lib/core/actor'
import type { Context } from '@/lib/core/context'
import { callDatabase } from '@/lib/db/call'
import { parseAdjustment, type Adjustment } from './read-adjustment'

/** One adjustment, or null where there is none with this id. @throws BillingError `forbidden`, `database_unavailable` */
export async function getAdjustment(ctx: Context, id: string): Promise<Adjustment | null> {
  const staffId = requireStaff(ctx.actor, 'staff:read')
  const [row] = await callDatabase(
    ctx.db,
    (sql) => sql`select * from read_adjustments(${id}, null, false, ${staffId}, 1, ${ctx.now()})`,
  )
  return row === undefined ? null : parseAdjustment(row)
}

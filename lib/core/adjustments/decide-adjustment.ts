import { requireStaff } from '@/lib/core/actor'
import type { Context } from '@/lib/core/context'
import { callDatabase } from '@/lib/db/call'
import { parseAdjustmentAnswer, type AdjustmentAnswer } from './adjustment-answer'

type Decision = Readonly<{
  id: string
  approves: boolean
  /** What to say of it; null: nothing. */
  note: string | null
}>

/**
 * The second person's word on an adjustment that waits, once: it is made, or declined. Whoever asked for it can only take it
 * back. One that nobody decided in time has lapsed, and is answered so. The same word of the same person is answered again.
 * @throws BillingError `forbidden` (no staff, who asked for it, or a member of the account), `not_found`, `conflict` (decided
 * otherwise; it cannot be made any more; or who asked might not ask now), `database_unavailable`
 */
export async function decideAdjustment(ctx: Context, decision: Decision): Promise<AdjustmentAnswer> {
  const staffId = requireStaff(ctx.actor, 'staff:write')
  const { id, approves, note } = decision
  const [row] = await callDatabase(
    ctx.db,
    (sql) => sql`select * from decide_adjustment(${id}, ${approves}, ${note}, ${staffId}, ${ctx.now()})`,
  )
  const answer = parseAdjustmentAnswer(row)
  ctx.log.info({ adjustmentId: id, state: answer.state }, 'Adjustment decided')
  return answer
}

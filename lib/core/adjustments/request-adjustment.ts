import { requireStaff } from '@/lib/core/actor'
import type { Context } from '@/lib/core/context'
import { callDatabase } from '@/lib/db/call'
import { termsRow, type AdjustmentTerms } from './adjustment'
import { parseAdjustmentAnswer, type AdjustmentAnswer } from './adjustment-answer'

type Request = Readonly<{
  /** By `adjustmentIdSchema`: the same id with the same content is one request, however often it is sent. */
  id: string
  accountId: bigint
  terms: AdjustmentTerms
  reason: string
}>

/**
 * Grants credit or undoes a posting by hand: at once, or, above what one person may move in that account in a day, once a
 * second one has approved it within seven days (`pending`).
 * @throws BillingError `forbidden` (no staff, or a member of that account), `not_found` (no such account or posting),
 * `conflict` (the posting cannot be undone, is already or is asked for; the credit would have expired),
 * `idempotency_key_reused`, `database_unavailable`
 */
export async function requestAdjustment(ctx: Context, request: Request): Promise<AdjustmentAnswer> {
  const staffId = requireStaff(ctx.actor, 'staff:write')
  const { id, accountId, reason } = request
  const terms = termsRow(request.terms)
  const [row] = await callDatabase(
    ctx.db,
    (sql) => sql`
      select * from request_adjustment(${id}, ${accountId}, ${terms.kind}, ${terms.category}, ${terms.micros},
        ${terms.expiresAt}, ${terms.target}, ${reason}, ${staffId}, ${ctx.limits.adjustment.micros}, ${ctx.now()})`,
  )
  const answer = parseAdjustmentAnswer(row)
  ctx.log.info(
    { adjustmentId: id, accountId: String(accountId), state: answer.state },
    'Adjustment asked for',
  )
  return answer
}

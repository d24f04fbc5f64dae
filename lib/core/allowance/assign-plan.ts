import { z } from 'zod'
import { callDatabase } from '@/lib/db/call'
import { BillingError } from '@/lib/kit/errors'
import { actorName, requireStaffOrSystem } from '../actor'
import { staffOf } from '../audit/record-audit'
import type { Context } from '../context'

const answer = z.tuple([z.object({ status: z.enum(['assigned', 'unknown_plan', 'unknown_account']) })])

type Input = Readonly<{
  accountId: bigint
  /** Null: no plan from now on. */
  planId: string | null
}>

/**
 * Gives an account a plan, with the allowance of the running month at once. In place of a smaller plan it adds the
 * difference now; in place of a larger one it counts from the next month, as does having none: nothing that was granted
 * is taken back. Idempotent. For staff. @throws BillingError `not_found` for an unknown plan or account
 */
export async function assignPlan(ctx: Context, { accountId, planId }: Input): Promise<void> {
  requireStaffOrSystem(ctx.actor, 'staff:write')
  const [{ status }] = answer.parse([
    ...(await callDatabase(
      ctx.db,
      (sql) => sql`
        select assign_plan(${accountId}, ${planId}, ${actorName(ctx.actor)}, ${staffOf(ctx.actor)}, ${ctx.now()}) as status`,
    )),
  ])
  if (status === 'unknown_plan') throw new BillingError('not_found', 'There is no such plan.')
  if (status === 'unknown_account') throw new BillingError('not_found', 'There is no such account.')
}

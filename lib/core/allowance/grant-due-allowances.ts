import { z } from 'zod'
import { callDatabase } from '@/lib/db/call'
import { requireSystem } from '../actor'
import type { Context } from '../context'

const answer = z.tuple([z.object({ accounts: z.int() })])

/**
 * Grants this month's allowance to up to `accountsMax` accounts that have not had it; answers how many it dealt with: as
 * many as allowed, and there may be more. Of months that passed while nobody asked nothing is granted. For our own job.
 */
export async function grantDueAllowances(ctx: Context, accountsMax: number): Promise<number> {
  requireSystem(ctx.actor)
  const [{ accounts }] = answer.parse([
    ...(await callDatabase(
      ctx.db,
      (sql) => sql`select grant_due_allowances(${accountsMax}, ${ctx.now()}) as accounts`,
    )),
  ])
  return accounts
}

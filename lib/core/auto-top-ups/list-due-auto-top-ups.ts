import { z } from 'zod'
import { callDatabase } from '@/lib/db/call'
import { requireSystem } from '../actor'
import type { Context } from '../context'

export type DueAutoTopUp = Readonly<{ accountId: bigint; trigger: 'threshold' | 'scheduled' }>

const rows = z.array(z.object({ account_id: z.bigint(), trigger: z.enum(['threshold', 'scheduled']) }))

/**
 * Accounts whose balance is below their threshold, or whose scheduled day has come, in the order of their ids after
 * `after`: a first look, which takes nobody's lock. @throws BillingError `database_unavailable`
 */
export async function listDueAutoTopUps(
  ctx: Context,
  after: bigint,
  countMax: number,
): Promise<readonly DueAutoTopUp[]> {
  requireSystem(ctx.actor)
  const found = await callDatabase(
    ctx.db,
    (sql) => sql`select account_id, trigger from list_due_auto_top_ups(${after}, ${countMax}, ${ctx.now()})`,
  )
  return rows.parse([...found]).map(({ account_id: accountId, trigger }) => ({ accountId, trigger }))
}

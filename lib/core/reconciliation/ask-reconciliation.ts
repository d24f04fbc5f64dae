import { callDatabase } from '@/lib/db/call'
import { newId } from '@/lib/kit/ids'
import { actorName, requireStaff } from '../actor'
import type { Context } from '../context'

const HOUR_MS = 60 * 60 * 1000

/**
 * Has the books compared with the provider over so many hours back from now; the worker begins within seconds. Written to
 * the audit log. @throws BillingError `forbidden`, `database_unavailable`
 */
export async function askReconciliation(ctx: Context, { hours }: Readonly<{ hours: number }>): Promise<void> {
  const staff = requireStaff(ctx.actor, 'staff:write')
  const until = ctx.now()
  const since = new Date(until.getTime() - hours * HOUR_MS)
  const id = newId('rec')
  await callDatabase(
    ctx.db,
    (sql) => sql`
      select ask_reconciliation(${id}, ${since}, ${until}, ${actorName(ctx.actor)}, ${staff}, ${until})`,
  )
}

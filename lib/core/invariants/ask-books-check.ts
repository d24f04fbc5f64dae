import { callDatabase } from '@/lib/db/call'
import { newId } from '@/lib/kit/ids'
import { actorName, requireStaff } from '../actor'
import type { Context } from '../context'

/** Has the books proved; the worker begins within seconds. @throws BillingError `forbidden`, `database_unavailable` */
export async function askBooksCheck(ctx: Context): Promise<void> {
  const staff = requireStaff(ctx.actor, 'staff:write')
  const id = newId('rec')
  await callDatabase(
    ctx.db,
    (sql) => sql`select ask_books_check(${id}, ${actorName(ctx.actor)}, ${staff}, ${ctx.now()})`,
  )
}

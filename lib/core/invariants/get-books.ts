import { z } from 'zod'
import { callDatabase } from '@/lib/db/call'
import { requireStaff } from '../actor'
import type { Context } from '../context'
import type { Violation } from './check-invariants'

const check = z.object({
  id: z.string(),
  state: z.enum(['asked', 'running', 'done', 'failed']),
  started_at: z.date().nullable(),
  finished_at: z.date().nullable(),
  error: z.string().nullable(),
})

const violation = z.object({
  law: z.string(),
  account_id: z.bigint(),
  row_id: z.bigint().nullable(),
  detail: z.string(),
})

export type BooksState = Readonly<{
  /** The last proof that was carried out; null before the first. Real time. */
  proved: Readonly<{ at: Date; milliseconds: number; violations: readonly Violation[] }> | null
  /** What is under way or came to nothing since; null where nothing did. */
  since: Readonly<{ state: 'asked' | 'running' | 'failed'; error: string | null }> | null
}>

/** What the last proof of the books found. @throws BillingError `forbidden`, `database_unavailable` */
export async function getBooks(ctx: Context): Promise<BooksState> {
  requireStaff(ctx.actor, 'staff:read')
  const rows = await callDatabase(
    ctx.db,
    (sql) => sql`
      (select id, state, started_at, finished_at, error from books_check order by requested_at desc limit 1)
      union all
      (select id, state, started_at, finished_at, error from books_check where state = 'done'
        order by finished_at desc limit 1)`,
  )
  const [newest, done] = z.array(check).parse([...rows])
  const since =
    newest === undefined || newest.state === 'done' ? null : { state: newest.state, error: newest.error }
  if (done?.started_at == null || done.finished_at === null) return { proved: null, since }
  const violations = await callDatabase(
    ctx.db,
    (sql) => sql`
      select law, account_id, row_id, detail from books_violation where check_id = ${done.id} order by number`,
  )
  return {
    proved: {
      at: done.finished_at,
      milliseconds: done.finished_at.getTime() - done.started_at.getTime(),
      violations: z
        .array(violation)
        .parse([...violations])
        .map(({ account_id: accountId, row_id: rowId, ...row }) => ({ ...row, accountId, rowId })),
    },
    since,
  }
}

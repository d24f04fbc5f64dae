import { callDatabase } from '@/lib/db/call'
import type { Database } from '@/lib/db/client'
import { invariant } from '@/lib/kit/assert'
import { newId } from '@/lib/kit/ids'
import { actorName, requireSystem } from '../actor'
import type { Context } from '../context'
import { checkInvariants, type Violation } from './check-invariants'

/**
 * Proves the books right and writes down what came of it, as the proof that staff asked for, if they did. Read through
 * `reader`, which may take as long as all books take: nobody else waits for it.
 * @returns every broken law. @throws BillingError `database_unavailable`; the proof then counts as failed
 */
export async function proveBooks(
  ctx: Context,
  { reader, budgetMs }: Readonly<{ reader: Database; budgetMs: number }>,
): Promise<readonly Violation[]> {
  requireSystem(ctx.actor)
  const actor = actorName(ctx.actor)
  const fresh = newId('rec')
  const [begun] = await callDatabase(
    ctx.db,
    (sql) => sql<{ id: string }[]>`select begin_books_check(${fresh}, ${actor}) as id`,
  )
  invariant(begun !== undefined, 'a proof that is begun has its id')
  try {
    const violations = await callDatabase(reader, checkInvariants, budgetMs)
    await finish(ctx, begun.id, violations, null)
    return violations
  } catch (error) {
    const said = error instanceof Error ? error.message.slice(0, 500) : String(error)
    // Where even that cannot be written, the next proof finds this one cut off.
    await finish(ctx, begun.id, [], said).catch(() => undefined)
    throw error
  }
}

async function finish(
  ctx: Context,
  id: string,
  violations: readonly Violation[],
  error: string | null,
): Promise<void> {
  const rows = violations.map(({ law, accountId, rowId, detail }) => ({
    law,
    accountId: String(accountId),
    rowId: rowId === null ? null : String(rowId),
    detail,
  }))
  await callDatabase(
    ctx.db,
    (sql) => sql`select finish_books_check(${id}, ${JSON.stringify(rows)}::text::jsonb, ${error})`,
  )
}

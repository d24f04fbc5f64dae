import { z } from 'zod'
import { requireStaff } from '@/lib/core/actor'
import type { Context } from '@/lib/core/context'
import { callDatabase } from '@/lib/db/call'
import type { AuditEntry } from './audit-entry'
import { readAudit, type AuditFilter, type AuditPlace } from './read-audit'
import { recordAudit } from './record-audit'

/** Rows that are held in memory at once. */
const PAGE_SIZE = 1_000

/**
 * All of the log that the filter lets through, newest first, page by page as it is asked for: each is a statement of its
 * own, so a slow reader holds no connection. What is written down after the call is left out; that the log was taken away
 * is in it.
 * @throws BillingError `forbidden`; `database_unavailable`, also while pages are read
 */
export async function exportAudit(
  ctx: Context,
  filter: AuditFilter,
): Promise<AsyncIterable<readonly AuditEntry[]>> {
  requireStaff(ctx.actor, 'staff:read')
  const [row] = await callDatabase(
    ctx.db,
    (sql) => sql`select coalesce(max(id), 0) as id_max from audit_event`,
  )
  const { id_max: idMax } = z.object({ id_max: z.bigint() }).parse(row)
  const { accountId, ...rest } = filter
  const { actor } = ctx
  await recordAudit(ctx.db, {
    actor,
    action: 'audit.exported',
    accountId,
    details: rest,
    now: ctx.now(),
  })
  return readPages(ctx, filter, idMax)
}

async function* readPages(
  ctx: Context,
  filter: AuditFilter,
  idMax: bigint,
): AsyncGenerator<readonly AuditEntry[]> {
  let before: AuditPlace | null = null
  for (;;) {
    const entries: readonly AuditEntry[] = await readAudit(ctx.db, {
      filter,
      before,
      limit: PAGE_SIZE,
      idMax,
    })
    const last = entries.at(-1)
    if (last !== undefined) yield entries
    if (last === undefined || entries.length < PAGE_SIZE) return
    before = last
  }
}

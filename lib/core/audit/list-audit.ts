import { requireStaff } from '@/lib/core/actor'
import type { Context } from '@/lib/core/context'
import { isExactInstant } from '@/lib/kit/exact-instant'
import type { AuditEntry } from './audit-entry'
import { readAudit, type AuditFilter, type AuditPlace } from './read-audit'

export type AuditPage = Readonly<{
  entries: readonly AuditEntry[]
  /** For the page after it; null on the last. */
  nextCursor: string | null
}>

type Request = Readonly<{
  filter: AuditFilter
  /** `nextCursor` of the page before; null, or what none is: from the newest. */
  cursor: string | null
  limit: number
}>

/**
 * One page of the log, newest first. Whatever is written down meanwhile, no row is on two pages.
 * @throws BillingError `forbidden`, `database_unavailable`
 */
export async function listAudit(ctx: Context, { filter, cursor, limit }: Request): Promise<AuditPage> {
  requireStaff(ctx.actor, 'staff:read')
  const before = readAuditCursor(cursor)
  const found = await readAudit(ctx.db, { filter, before, limit: limit + 1, idMax: null })
  const entries = found.slice(0, limit)
  const last = found.length > limit ? entries.at(-1) : undefined
  return { entries, nextCursor: last === undefined ? null : `${last.occurredAt}~${String(last.id)}` }
}

/** Null for what is no cursor. */
function readAuditCursor(cursor: string | null): AuditPlace | null {
  const [, occurredAt, id] = /^([^~]+)~([1-9]\d{0,17})$/.exec(cursor ?? '') ?? []
  if (occurredAt === undefined || id === undefined || !isExactInstant(occurredAt)) return null
  return { occurredAt, id: BigInt(id) }
}

import { actorName, type Actor } from '@/lib/core/actor'
import { callDatabase } from '@/lib/db/call'
import type { PendingQuery, Row } from 'postgres'
import type { Database, Sql } from '@/lib/db/client'
import type { Instant } from '@/lib/kit/clock'
import { newId } from '@/lib/kit/ids'
import type { AuditAction } from './actions'

type PersonName = `user:${string}`

export type AuditedAct = Readonly<{
  /** A person by name, where they are signing in only; null: someone who is not signed in. */
  actor: Actor | PersonName | null
  action: AuditAction
  /** Null: about no account. */
  accountId: bigint | null
  /** What it was done to. */
  target?: string | null
  /** Why, in the words of who did it. */
  reason?: string | null
  details?: Readonly<Record<string, string | number | boolean | null>>
  now: Instant
}>

/**
 * Writes down a deed whose own SQL has no place for it; deeds that are one SQL function call `audit` inside it instead.
 * Through the pool that writes, also for an impersonator. @throws BillingError `database_unavailable`
 */
export async function recordAudit(db: Database, act: AuditedAct): Promise<void> {
  const key = newId('act')
  await callDatabase(db, (sql) => sql`select ${auditCall(sql, act, key)}`)
}

/**
 * The same as a part of the statement that does the deed: selected from the rows that it changed, it is written once for
 * each of them, and not at all where there was nothing to do.
 */
export function auditCall(sql: Sql, act: AuditedAct, key: string | null = null): PendingQuery<Row[]> {
  const actor = nameOf(act.actor)
  return sql`
    audit(${actor}, ${staffOf(act.actor)}, ${act.accountId}, ${act.action}, ${act.target ?? null}, ${act.reason ?? null},
      ${sql.json(act.details ?? {})}, ${act.now}, ${key})`
}

function nameOf(actor: AuditedAct['actor']): string {
  if (actor === null) return 'nobody'
  return typeof actor === 'string' ? actor : actorName(actor)
}

/** The person of the operator's behind an actor, for `audit`: null for everyone who acts for themselves. */
export function staffOf(actor: AuditedAct['actor']): string | null {
  if (actor === null || typeof actor === 'string') return null
  if (actor.kind === 'staff') return actor.userId
  return actor.kind === 'impersonator' ? actor.staffUserId : null
}

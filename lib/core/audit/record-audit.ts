import { actorName, type Actor } from '@/lib/core/actor'
import { callDatabase } from '@/lib/db/call'
import type { Database } from '@/lib/db/client'
import type { Instant } from '@/lib/kit/clock'
import { newId } from '@/lib/kit/ids'
import type { AuditAction } from './actions'

export type AuditedAct = Readonly<{
  /** Null: someone who is not signed in. */
  actor: Actor | null
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
  const actor = act.actor === null ? 'nobody' : actorName(act.actor)
  const key = newId('act')
  await callDatabase(
    db,
    (sql) => sql`
      select audit(${actor}, ${staffOf(act.actor)}, ${act.accountId}, ${act.action}, ${act.target ?? null},
        ${act.reason ?? null}, ${sql.json(act.details ?? {})}, ${act.now}, ${key})`,
  )
}

/** The person of the operator's behind an actor, for `audit`: null for everyone who acts for themselves. */
export function staffOf(actor: Actor | null): string | null {
  if (actor?.kind === 'staff') return actor.userId
  return actor?.kind === 'impersonator' ? actor.staffUserId : null
}

import { z } from 'zod'
import type { Instant } from '@/lib/kit/clock'

/** A row of the log as staff read it. */
export type AuditEntry = Readonly<{
  id: bigint
  /** Business time, in UTC with six digits: with the id the row's place in the log. */
  occurredAt: string
  /** Real time. */
  recordedAt: Instant
  /** As `actorName` names who did it. */
  actor: string
  /** The e-mail address of the person behind the actor; null for a program, the system and nobody. */
  email: string | null
  /** Whether they did it as staff. */
  asStaff: boolean
  accountId: bigint | null
  accountName: string | null
  /** One of `AUDIT_ACTIONS`, or of those of an earlier version. */
  action: string
  target: string | null
  reason: string | null
  /** What else is known, as text. */
  details: Readonly<Record<string, string>>
}>

const row = z.object({
  id: z.bigint(),
  occurred_at: z.string(),
  recorded_at: z.date(),
  actor: z.string(),
  email: z.string().nullable(),
  as_staff: z.boolean(),
  account_id: z.bigint().nullable(),
  account_name: z.string().nullable(),
  action: z.string(),
  target: z.string().nullable(),
  reason: z.string().nullable(),
  details: z.record(z.string(), z.unknown()),
})

/** Reads a row of the query in `readAudit`. @throws ZodError where it is none */
export function parseAuditEntry(value: unknown): AuditEntry {
  const found = row.parse(value)
  return {
    id: found.id,
    occurredAt: found.occurred_at,
    recordedAt: found.recorded_at,
    actor: found.actor,
    email: found.email,
    asStaff: found.as_staff,
    accountId: found.account_id,
    accountName: found.account_name,
    action: found.action,
    target: found.target,
    reason: found.reason,
    details: Object.fromEntries(
      Object.entries(found.details).flatMap(([name, detail]) =>
        detail === null ? [] : [[name, textOf(detail)]],
      ),
    ),
  }
}

function textOf(detail: unknown): string {
  return typeof detail === 'string' ? detail : JSON.stringify(detail)
}

import { z } from 'zod'
import { AUDIT_ACTIONS, type AuditAction } from '@/lib/core/audit/actions'
import type { AuditFilter } from '@/lib/core/audit/read-audit'

/** What the log shows, as its address says it. */
export type AuditView = Readonly<{ filter: AuditFilter; cursor: string | null }>

/** PostgreSQL has no year 0. */
const day = z.iso
  .date()
  .refine((text) => !text.startsWith('0000'))
  .nullable()
  .catch(null)

/** Anything that is none of ours is left aside. */
export const auditQuery = z
  .object({
    who: z
      .string()
      .trim()
      .toLowerCase()
      // PostgreSQL has no text with a zero in it.
      .regex(/^[^\s\0]+@[^\s\0]+$/)
      .max(320)
      .nullable()
      .catch(null),
    account: z
      .string()
      .trim()
      .regex(/^[1-9]\d{0,17}$/)
      .transform(BigInt)
      .nullable()
      .catch(null),
    action: z
      .string()
      .refine((name): name is AuditAction => Object.hasOwn(AUDIT_ACTIONS, name))
      .nullable()
      .catch(null),
    from: day,
    to: day,
    before: z.string().max(100).nullable().catch(null),
  })
  .transform(({ who, account, before, ...rest }): AuditView => ({
    filter: { email: who, accountId: account, ...rest },
    cursor: before,
  }))

/** The address of the log, or of its export, under which this is shown. */
export function auditAddress({ filter, cursor }: AuditView, path = '/admin/audit'): string {
  const params = new URLSearchParams()
  const { email, accountId, action, from, to } = filter
  const values = { who: email, account: accountId, action, from, to, before: cursor }
  for (const [name, value] of Object.entries(values)) {
    if (value !== null) params.set(name, String(value))
  }
  const query = params.toString()
  return query === '' ? path : `${path}?${query}`
}

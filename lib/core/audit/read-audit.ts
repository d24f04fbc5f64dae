import { callDatabase } from '@/lib/db/call'
import type { Database, Sql } from '@/lib/db/client'
import type { AuditAction } from './actions'
import { parseAuditEntry, type AuditEntry } from './audit-entry'

export type AuditFilter = Readonly<{
  /** The e-mail address of a person; what they did by any session or token, and as staff. Null: anyone. */
  email: string | null
  accountId: bigint | null
  action: AuditAction | null
  /** Days in UTC (`2026-08-12`), both of them included. */
  from: string | null
  to: string | null
}>

/** The place of a row in the log: the next page begins after it. */
export type AuditPlace = Readonly<{ occurredAt: string; id: bigint }>

type Page = Readonly<{
  filter: AuditFilter
  before: AuditPlace | null
  limit: number
  /** Leaves out what was written down after this row; null: nothing. */
  idMax: bigint | null
}>

/**
 * Rows of the log, newest first by business time, those of one moment by their ids. Each filter has an index in that order,
 * so that a page costs what it shows.
 */
export async function readAudit(db: Database, page: Page): Promise<readonly AuditEntry[]> {
  const rows = await callDatabase(
    db,
    (sql) => sql`
      select e.id, to_char(e.occurred_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as occurred_at, e.recorded_at,
          e.actor, person.email, e.staff_user_id is not null as as_staff, e.account_id, account.name as account_name,
          e.action, e.target, e.reason, e.details
        from audit_event e
          left join "user" person on person.id = e.person_id
          left join account on account.id = e.account_id
        where ${conditions(sql, page)}
        order by e.occurred_at desc, e.id desc limit ${page.limit}`,
  )
  return rows.map(parseAuditEntry)
}

/** Only those that are asked for, so that each query is planned for what it asks. */
function conditions(sql: Sql, { filter, before, idMax }: Page) {
  const { email, accountId, action, from, to } = filter
  return sql`true
    ${email === null ? sql`` : sql`and e.person_id = (select id from "user" where email = ${email})`}
    ${accountId === null ? sql`` : sql`and e.account_id = ${accountId}`}
    ${action === null ? sql`` : sql`and e.action = ${action}`}
    ${from === null ? sql`` : sql`and e.occurred_at >= ${from}::text::date::timestamp at time zone 'UTC'`}
    ${to === null ? sql`` : sql`and e.occurred_at < (${to}::text::date + 1)::timestamp at time zone 'UTC'`}
    ${before === null ? sql`` : sql`and (e.occurred_at, e.id) < (${before.occurredAt}::text::timestamptz, ${before.id})`}
    ${idMax === null ? sql`` : sql`and e.id <= ${idMax}`}`
}

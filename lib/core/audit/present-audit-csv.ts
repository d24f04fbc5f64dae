import { csvLine, csvText } from '@/lib/kit/csv'
import type { AuditEntry } from './audit-entry'

const COLUMNS = [
  'id',
  'occurred_at',
  'recorded_at',
  'actor',
  'email',
  'as_staff',
  'account_id',
  'account_name',
  'action',
  'target',
  'reason',
  'details',
]

const BYTE_ORDER_MARK = '\u{feff}'

/** With the mark by which spreadsheets know UTF-8. */
export const AUDIT_CSV_HEAD = BYTE_ORDER_MARK + csvLine(COLUMNS)

/** Rows of the log as lines of CSV; moments in UTC, details as JSON. */
export function presentAuditCsv(entries: readonly AuditEntry[]): string {
  return entries.map((entry) => csvLine(cellsOf(entry))).join('')
}

function cellsOf(entry: AuditEntry): string[] {
  const { id, occurredAt, recordedAt, asStaff, accountId, details } = entry
  return [
    String(id),
    occurredAt,
    recordedAt.toISOString(),
    csvText(entry.actor),
    csvText(entry.email ?? ''),
    asStaff ? 'yes' : 'no',
    accountId === null ? '' : String(accountId),
    csvText(entry.accountName ?? ''),
    csvText(entry.action),
    csvText(entry.target ?? ''),
    csvText(entry.reason ?? ''),
    Object.keys(details).length === 0 ? '' : csvText(JSON.stringify(details)),
  ]
}

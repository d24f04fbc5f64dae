import { auditQuery } from '@/components/audit/audit-address'
import type { AuditEntry } from '@/lib/core/audit/audit-entry'
import { exportAudit } from '@/lib/core/audit/export-audit'
import { AUDIT_CSV_HEAD, presentAuditCsv } from '@/lib/core/audit/present-audit-csv'
import { dial } from '@/lib/dialects/dial/errors'
import { endpoint } from '@/lib/http/endpoint'
import { staffRoute } from '@/lib/http/staff-route'
import { streamText } from '@/lib/http/stream-text'

/** All of the log that the address asks for, as a file. Its length is not known while it is sent. */
export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = endpoint(dial, {
  GET: staffRoute({
    dialect: dial,
    scope: 'staff:read',
    query: auditQuery,
    handler: async (ctx, { filter }) => {
      const pages = await exportAudit(ctx, filter)
      const name = `talktime-audit-${ctx.now().toISOString().slice(0, 10)}.csv`
      return new Response(streamText(csvOf(pages), ctx.log), {
        headers: {
          'content-type': 'text/csv; charset=utf-8; header=present',
          'content-disposition': `attachment; filename="${name}"`,
        },
      })
    },
  }),
})

async function* csvOf(pages: AsyncIterable<readonly AuditEntry[]>): AsyncGenerator<string> {
  yield AUDIT_CSV_HEAD
  for await (const entries of pages) yield presentAuditCsv(entries)
}

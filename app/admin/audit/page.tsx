import { ArrowDownToLine } from 'lucide-react'
import type { Metadata } from 'next'
import { auditAddress, auditQuery } from '@/components/audit/audit-address'
import { AuditSearch } from '@/components/audit/audit-search'
import { AuditTable } from '@/components/audit/audit-table'
import { Page } from '@/components/shell/page'
import { PageLink } from '@/components/shell/page-link'
import { buttonClass } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { Icon } from '@/components/ui/icon'
import { listAudit } from '@/lib/core/audit/list-audit'
import { requireStaffUser } from '@/lib/http/require-staff'

export const metadata: Metadata = { title: 'Audit log' }

const ROWS = 50

type Props = Readonly<{ searchParams: Promise<Record<string, string | string[] | undefined>> }>

export default async function AuditPage({ searchParams }: Props) {
  const { ctx } = await requireStaffUser()
  const view = auditQuery.parse(await searchParams)
  const { entries, nextCursor } = await listAudit(ctx, { ...view, limit: ROWS })
  return (
    <Page
      title="Audit log"
      lead="Who did what. Rows are only ever added."
      action={
        <a
          href={auditAddress({ ...view, cursor: null }, '/admin/audit/export')}
          download
          className={buttonClass('secondary')}
        >
          <Icon of={ArrowDownToLine} size={16} />
          Export CSV
        </a>
      }
    >
      <Card id="log" title={view.cursor === null ? 'Newest' : 'Older'}>
        <AuditSearch filter={view.filter} />
        <AuditTable labelledBy="log" entries={entries} />
        {nextCursor !== null && (
          <div className="border-t border-line px-5 py-3">
            <PageLink
              href={auditAddress({ ...view, cursor: nextCursor })}
              className={buttonClass('secondary', 'small')}
            >
              Older
            </PageLink>
          </div>
        )}
      </Card>
    </Page>
  )
}

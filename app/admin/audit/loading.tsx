import { Page } from '@/components/shell/page'
import { CardSkeleton } from '@/components/ui/card-skeleton'

export default function AuditLoading() {
  return (
    <Page title="Audit log" lead="Who did what. Rows are only ever added.">
      <p role="status" className="sr-only">
        Loading the audit log
      </p>
      <CardSkeleton rows={6} />
    </Page>
  )
}

import { Page } from '@/components/shell/page'
import { CardSkeleton } from '@/components/ui/card-skeleton'

export default function ApprovalsLoading() {
  return (
    <Page
      title="Approvals"
      lead="What moves more money by hand than one person may. A second one decides within seven days."
    >
      <p role="status" className="sr-only">
        Loading approvals
      </p>
      <CardSkeleton rows={4} />
    </Page>
  )
}

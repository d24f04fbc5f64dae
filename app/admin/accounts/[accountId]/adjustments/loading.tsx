import { Page } from '@/components/shell/page'
import { CardSkeleton } from '@/components/ui/card-skeleton'

export default function AdjustmentsLoading() {
  return (
    <Page title="Adjustments" lead="Credit that staff granted, and postings that they undid.">
      <p role="status" className="sr-only">
        Loading adjustments
      </p>
      <CardSkeleton rows={4} />
    </Page>
  )
}

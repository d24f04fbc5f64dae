import { Page } from '@/components/shell/page'
import { CardSkeleton } from '@/components/ui/card-skeleton'

export default function PaymentsLoading() {
  return (
    <Page title="Payments" lead="What was paid by card for credit, and what has taken it back.">
      <p role="status" className="sr-only">
        Loading payments
      </p>
      <CardSkeleton rows={4} />
    </Page>
  )
}

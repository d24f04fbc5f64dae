import { Page } from '@/components/shell/page'
import { CardSkeleton } from '@/components/ui/card-skeleton'

export default function ReturnLoading() {
  return (
    <Page title="Payment">
      <p role="status" className="sr-only">
        Asking Stripe about the payment
      </p>
      <CardSkeleton rows={2} />
    </Page>
  )
}

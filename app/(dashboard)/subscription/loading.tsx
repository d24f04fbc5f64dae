import { Page } from '@/components/shell/page'
import { CardSkeleton } from '@/components/ui/card-skeleton'

export default function SubscriptionLoading() {
  return (
    <Page title="Subscription" lead="A fixed price for each number instead of rent and use from the balance.">
      <p role="status" className="sr-only">
        Loading the subscription
      </p>
      <CardSkeleton rows={3} />
    </Page>
  )
}

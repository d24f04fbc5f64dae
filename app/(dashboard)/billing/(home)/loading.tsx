import { BillingSkeleton } from '@/components/billing/billing-skeleton'
import { Page } from '@/components/shell/page'

export default function BillingLoading() {
  return (
    <Page title="Billing">
      <BillingSkeleton />
    </Page>
  )
}

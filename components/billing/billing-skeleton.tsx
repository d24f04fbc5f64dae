import { CardSkeleton } from '@/components/ui/card-skeleton'
import { BillingGrid } from './billing-grid'

/** The billing page while it is on its way, part for part at its place. */
export function BillingSkeleton() {
  return (
    <>
      <p role="status" className="sr-only">
        Loading billing
      </p>
      <BillingGrid
        balance={<CardSkeleton rows={2} />}
        paymentMethods={<CardSkeleton rows={2} />}
        numbers={<CardSkeleton rows={4} />}
        deposits={<CardSkeleton rows={4} />}
        usage={<CardSkeleton rows={6} />}
      />
    </>
  )
}

import { Page } from '@/components/shell/page'
import { CardSkeleton } from '@/components/ui/card-skeleton'
import { Skeleton } from '@/components/ui/skeleton'

export default function NumbersLoading() {
  return (
    <Page
      title="Numbers"
      lead="Each is paid for by the balance, month by month, or covered by the subscription."
      action={<Skeleton className="h-10 w-34" />}
    >
      <p role="status" className="sr-only">
        Loading numbers
      </p>
      <CardSkeleton rows={4} />
    </Page>
  )
}

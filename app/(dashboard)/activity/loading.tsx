import { Page } from '@/components/shell/page'
import { CardSkeleton } from '@/components/ui/card-skeleton'

export default function ActivityLoading() {
  return (
    <Page
      title="Activity"
      lead="Everything that was used, paid and credited, and what it did to the balance."
    >
      <p role="status" className="sr-only">
        Loading activity
      </p>
      <div className="flex flex-col gap-5">
        <CardSkeleton rows={5} />
        <CardSkeleton rows={10} />
      </div>
    </Page>
  )
}

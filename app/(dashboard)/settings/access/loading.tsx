import { Page } from '@/components/shell/page'
import { CardSkeleton } from '@/components/ui/card-skeleton'

export default function AccessLoading() {
  return (
    <Page
      title="Staff access"
      lead="Whether our staff may look into this account, and everything they looked at."
    >
      <p role="status" className="sr-only">
        Loading who looked in
      </p>
      <div className="flex flex-col gap-5">
        <CardSkeleton rows={1} />
        <CardSkeleton rows={2} />
      </div>
    </Page>
  )
}

import { Page } from '@/components/shell/page'
import { CardSkeleton } from '@/components/ui/card-skeleton'

export default function SecurityLoading() {
  return (
    <Page
      title="Access tokens"
      lead="For programs that act as you. What belongs to the organisation uses an API key instead."
    >
      <p role="status" className="sr-only">
        Loading access tokens
      </p>
      <div className="flex flex-col gap-5">
        <CardSkeleton rows={2} />
        <CardSkeleton rows={2} />
      </div>
    </Page>
  )
}

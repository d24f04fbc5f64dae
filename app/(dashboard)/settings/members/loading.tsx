import { Page } from '@/components/shell/page'
import { CardSkeleton } from '@/components/ui/card-skeleton'

export default function MembersLoading() {
  return (
    <Page title="Members" lead="Everyone who can see this organisation, and what they may do in it.">
      <p role="status" className="sr-only">
        Loading members
      </p>
      <div className="flex flex-col gap-5">
        <CardSkeleton rows={3} />
        <CardSkeleton rows={2} />
      </div>
    </Page>
  )
}

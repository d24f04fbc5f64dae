import { Page } from '@/components/shell/page'
import { CardSkeleton } from '@/components/ui/card-skeleton'

export default function OrganisationLoading() {
  return (
    <Page
      title="Organisation"
      lead="Balance, numbers, cards and members belong to an organisation. You can be in several."
    >
      <p role="status" className="sr-only">
        Loading organisation
      </p>
      <div className="flex flex-col gap-5">
        <CardSkeleton rows={2} />
        <CardSkeleton rows={2} />
      </div>
    </Page>
  )
}

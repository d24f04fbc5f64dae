import { AUTO_TOP_UP_LEAD } from '@/components/auto-top-up/lead'
import { Page } from '@/components/shell/page'
import { CardSkeleton } from '@/components/ui/card-skeleton'

export default function AutoTopUpLoading() {
  return (
    <Page title="Automatic top-up" lead={AUTO_TOP_UP_LEAD}>
      <p role="status" className="sr-only">
        Loading automatic top-up
      </p>
      <CardSkeleton rows={6} />
    </Page>
  )
}

import { Page } from '@/components/shell/page'
import { CardSkeleton } from '@/components/ui/card-skeleton'

export default function NotificationsLoading() {
  return (
    <Page title="Notifications" lead="What you are told of by e-mail, so that nothing stops unforeseen.">
      <p role="status" className="sr-only">
        Loading notifications
      </p>
      <div className="flex max-w-2xl flex-col gap-5">
        <CardSkeleton rows={1} />
        <CardSkeleton rows={4} />
      </div>
    </Page>
  )
}

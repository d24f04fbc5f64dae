import type { Metadata } from 'next'
import { EventTable } from '@/components/inbox/event-table'
import { HealthCard } from '@/components/inbox/health-card'
import { inboxAddress, readInboxView, type InboxView } from '@/components/inbox/inbox-address'
import { ReplayForm } from '@/components/inbox/replay-form'
import { SearchEvents } from '@/components/inbox/search-events'
import { Page } from '@/components/shell/page'
import { PageLink } from '@/components/shell/page-link'
import { buttonClass } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { ChoiceLinks } from '@/components/ui/choice-links'
import { ConfirmButton } from '@/components/ui/confirm-button'
import { requireStaffUser } from '@/lib/http/require-staff'
import { getInboxHealth } from '@/lib/webhooks/inbox/get-inbox-health'
import type { InboxFilter } from '@/lib/core/console/inbox-filters'
import { listInbox } from '@/lib/webhooks/inbox/list-inbox'
import { replayChosen, replayNeedingStaff } from './actions'

export const metadata: Metadata = { title: 'Events' }

const ROWS = 50

type Props = Readonly<{ searchParams: Promise<Record<string, string | string[] | undefined>> }>

export default async function EventsPage({ searchParams }: Props) {
  const { ctx } = await requireStaffUser()
  const view = readInboxView(await searchParams)
  const [health, { events, nextCursor }] = await Promise.all([
    getInboxHealth(ctx),
    listInbox(ctx, { ...view, limit: ROWS }),
  ])
  const needStaff = health.quarantined + health.dead
  return (
    <Page title="Events" lead="What Stripe told of, what was done about it, and what it led to.">
      <div className="flex flex-col gap-5">
        <HealthCard health={health} action={needStaff > 0 && <ReplayNeedingStaff count={needStaff} />} />
        <Card id="events" title="Inbox" aside={<SearchEvents view={view} />}>
          <div className="border-b border-line px-5 py-2.5">
            <ChoiceLinks label="Which events are listed" choices={choices(view)} />
          </div>
          {events.length === 0 ? (
            <EventTable labelledBy="events" events={events} />
          ) : (
            <ReplayForm replay={replayChosen} label="Replay chosen">
              <EventTable labelledBy="events" events={events} />
            </ReplayForm>
          )}
          {nextCursor !== null && (
            <div className="border-t border-line px-5 py-3">
              <PageLink
                href={inboxAddress({ ...view, cursor: nextCursor })}
                className={buttonClass('secondary', 'small')}
              >
                Older
              </PageLink>
            </div>
          )}
        </Card>
      </div>
    </Page>
  )
}

function ReplayNeedingStaff({ count }: Readonly<{ count: number }>) {
  return (
    <ConfirmButton
      label="Replay"
      subject="all events for staff"
      look="secondary"
      question={`Replay ${count === 1 ? 'the event' : `all ${String(count)} events`} for staff?`}
      confirm="Replay"
      act={replayNeedingStaff}
    >
      <p>
        What each is about is read from Stripe again, and the books follow what Stripe says. What is booked
        already is not booked twice.
      </p>
    </ConfirmButton>
  )
}

const FILTER_WORDS: readonly (readonly [InboxFilter, string])[] = [
  ['all', 'All'],
  ['waiting', 'Waiting'],
  ['staff', 'For staff'],
  ['done', 'Done'],
  ['ignored', 'Ignored'],
]

function choices(view: InboxView) {
  return FILTER_WORDS.map(([filter, text]) => ({
    href: inboxAddress({ ...view, filter, cursor: null }),
    text,
    chosen: filter === view.filter,
  }))
}

import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import type { ReactNode } from 'react'
import { replayChosen } from '@/app/admin/events/actions'
import { EventEffect } from '@/components/inbox/event-effect'
import { ReplayForm } from '@/components/inbox/replay-form'
import { StateBadge } from '@/components/inbox/state-badge'
import { Page } from '@/components/shell/page'
import { PageLink } from '@/components/shell/page-link'
import { LocalTime } from '@/components/time/local-time'
import { buttonClass } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { requireStaffUser } from '@/lib/http/require-staff'
import { findInboxEvent } from '@/lib/webhooks/inbox/find-inbox-event'
import type { InboxEvent } from '@/lib/webhooks/inbox/inbox-event'

export const metadata: Metadata = { title: 'Event' }

type Props = Readonly<{ params: Promise<{ eventId: string }> }>

export default async function EventPage({ params }: Props) {
  const { ctx } = await requireStaffUser()
  const event = await findInboxEvent(ctx, (await params).eventId)
  if (event === null) notFound()
  return (
    <Page
      title={event.type}
      lead={<span className="font-mono text-[0.8125rem] wrap-anywhere">{event.id}</span>}
      action={
        <PageLink href="/admin/events" className={buttonClass('secondary', 'small')}>
          All events
        </PageLink>
      }
    >
      <div className="flex flex-col gap-5">
        <Card id="event" title="What became of it">
          <ReplayForm replay={replayChosen} label="Replay">
            <input type="hidden" name="event" value={event.id} />
            <Facts event={event} />
          </ReplayForm>
        </Card>
        <Card id="payload" title="As it was received, without its secrets">
          <pre
            tabIndex={0}
            role="group"
            aria-labelledby="payload"
            className="max-h-144 overflow-auto px-5 py-4 font-mono text-xs outline-offset-[-2px]"
          >
            {event.payload}
          </pre>
        </Card>
      </div>
    </Page>
  )
}

function Facts({ event }: Readonly<{ event: InboxEvent }>) {
  return (
    <dl className="grid gap-x-8 gap-y-4 px-5 py-4 sm:grid-cols-2 lg:grid-cols-3">
      <Fact name="State">
        <StateBadge state={event.state} />
        {event.reason !== null && <span className="mt-1 block wrap-anywhere">{event.reason}</span>}
      </Fact>
      <Fact name="Effect">
        <EventEffect effect={event.effect} />
      </Fact>
      <Fact name="About">
        <span className="font-mono text-xs wrap-anywhere">
          {event.subject?.replace(':', ' ') ?? 'Nothing of ours'}
        </span>
      </Fact>
      <Fact name="Attempts">
        {event.attempts}
        {event.failures > 0 && `, ${String(event.failures)} failed`}
      </Fact>
      <Fact name="Happened at Stripe">
        <LocalTime at={event.stripeCreatedAt.toISOString()} detail="second" />
      </Fact>
      <Fact name={event.source === 'webhook' ? 'Delivered' : 'Found by the sweep'}>
        <LocalTime at={event.receivedAt.toISOString()} detail="second" />
      </Fact>
      <Fact name="Ended">
        {event.doneAt === null ? 'Not yet' : <LocalTime at={event.doneAt.toISOString()} detail="second" />}
      </Fact>
      <Fact name="Mode">{modeOf(event)}</Fact>
      <Fact name="Version">{event.apiVersion ?? 'Not told'}</Fact>
    </dl>
  )
}

function modeOf({ livemode }: InboxEvent): string {
  if (livemode === null) return 'Not told'
  return livemode ? 'Live' : 'Test'
}

function Fact({ name, children }: Readonly<{ name: string; children: ReactNode }>) {
  return (
    <div className="min-w-0">
      <dt className="text-xs text-ink-soft">{name}</dt>
      <dd className="font-medium">{children}</dd>
    </div>
  )
}

import { Inbox } from 'lucide-react'
import { PageLink } from '@/components/shell/page-link'
import { LocalTime } from '@/components/time/local-time'
import { Empty } from '@/components/ui/empty'
import { WideTable } from '@/components/ui/wide-table'
import type { InboxEvent } from '@/lib/webhooks/inbox/inbox-event'
import { EventEffect } from './event-effect'
import { StateBadge } from './state-badge'

type Props = Readonly<{ labelledBy: string; events: readonly InboxEvent[] }>

const COLUMNS = [{ hidden: 'Chosen' }, 'Event', 'State', 'Effect', 'Received'] as const

/** Events, each with a box by which it is chosen to be replayed; inside a form. */
export function EventTable({ labelledBy, events }: Props) {
  if (events.length === 0) {
    return (
      <Empty icon={Inbox} title="No such events">
        Whatever Stripe tells of is listed here as it arrives.
      </Empty>
    )
  }
  return (
    <WideTable labelledBy={labelledBy} columns={COLUMNS}>
      {events.map((event) => (
        <EventRow key={event.id} event={event} />
      ))}
    </WideTable>
  )
}

function EventRow({ event }: Readonly<{ event: InboxEvent }>) {
  const { id, type, subject, state, reason, attempts, source, receivedAt, effect } = event
  return (
    <tr>
      <td>
        <input
          type="checkbox"
          name="event"
          value={id}
          aria-label={`Choose ${id}`}
          className="mt-0.5 size-4.5 accent-accent"
        />
      </td>
      <td>
        <PageLink
          href={`/admin/events/${id}`}
          className="rounded-sm font-medium underline-offset-4 hover:underline"
        >
          {type}
        </PageLink>
        <span className="block font-mono text-xs text-ink-soft">{id}</span>
        {subject !== null && (
          <span className="block font-mono text-xs text-ink-soft">about {subject.replace(':', ' ')}</span>
        )}
      </td>
      <td className="max-w-64">
        <StateBadge state={state} />
        {reason !== null && (
          <span className="mt-1 line-clamp-2 block text-[0.8125rem] text-ink-soft">{reason}</span>
        )}
        {attempts > 1 && <span className="block text-[0.8125rem] text-ink-soft">{attempts} attempts</span>}
      </td>
      <td>
        <EventEffect effect={effect} />
      </td>
      <td className="whitespace-nowrap">
        <LocalTime at={receivedAt.toISOString()} />
        {source === 'sweep' && (
          <span
            className="block text-[0.8125rem] text-ink-soft"
            title="Never delivered: found in Stripe’s list of events"
          >
            found by the sweep
          </span>
        )}
      </td>
    </tr>
  )
}

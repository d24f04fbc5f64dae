import type { ReactNode } from 'react'
import { LocalTime } from '@/components/time/local-time'
import { Badge, type BadgeTone } from '@/components/ui/badge'
import { Card } from '@/components/ui/card'
import type { InboxLight } from '@/lib/webhooks/inbox/decide-inbox-light'
import type { InboxHealth } from '@/lib/webhooks/inbox/get-inbox-health'
import { secondsText } from './seconds-text'

const LIGHTS: Readonly<Record<InboxLight, Readonly<{ word: string; tone: BadgeTone }>>> = {
  good: { word: 'Healthy', tone: 'accent' },
  caution: { word: 'Needs a look', tone: 'caution' },
  bad: { word: 'Failing', tone: 'danger' },
}

/** Whether events arrive and are worked on. */
export function HealthCard({ health, action }: Readonly<{ health: InboxHealth; action?: ReactNode }>) {
  const { word, tone } = LIGHTS[health.light]
  return (
    <Card
      id="inbox-health"
      title="Events from Stripe"
      aside={
        <span className="flex items-center gap-3">
          {action}
          <Badge tone={tone}>{word}</Badge>
        </span>
      }
    >
      <dl className="grid grid-cols-2 gap-x-6 gap-y-4 px-5 py-4 sm:grid-cols-3 lg:grid-cols-6">
        <Fact name="Last event" note={unheardNote(health)}>
          {health.lastEventAt === null ? 'Never' : `${secondsText(health.lastEventAgeSeconds ?? 0)} ago`}
        </Fact>
        <Fact
          name="Waiting"
          note={health.waiting > 0 ? `longest ${secondsText(health.longestWaitSeconds)}` : null}
        >
          {health.waiting}
        </Fact>
        <Fact name="Overdue">{health.lagSeconds < 1 ? 'None' : `by ${secondsText(health.lagSeconds)}`}</Fact>
        <Fact name="Tried again">{health.failing}</Fact>
        <Fact name="For staff" note={staffNote(health)}>
          {health.quarantined + health.dead}
        </Fact>
        <Fact name="Stripe’s list read to">
          {health.sweptTo === null ? 'Never' : <LocalTime at={health.sweptTo.toISOString()} />}
        </Fact>
      </dl>
    </Card>
  )
}

function Fact({
  name,
  note = null,
  children,
}: Readonly<{ name: string; note?: string | null; children: ReactNode }>) {
  return (
    <div className="min-w-0">
      <dt className="text-xs text-ink-soft">{name}</dt>
      <dd className="font-medium tabular-nums">
        {children}
        {note !== null && <span className="block text-xs font-normal text-ink-soft">{note}</span>}
      </dd>
    </div>
  )
}

function unheardNote({ unheard }: InboxHealth): string | null {
  if (unheard === 0) return null
  return unheard === 1 ? '1 payment came without one' : `${String(unheard)} payments came without one`
}

function staffNote({ quarantined, dead }: InboxHealth): string | null {
  if (quarantined + dead === 0) return null
  return `${String(quarantined)} quarantined, ${String(dead)} given up`
}

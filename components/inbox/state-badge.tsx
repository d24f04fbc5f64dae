import { Badge, type BadgeTone } from '@/components/ui/badge'
import type { InboxEvent } from '@/lib/webhooks/inbox/inbox-event'

const STATES: Readonly<
  Record<InboxEvent['state'], Readonly<{ word: string; tone: BadgeTone; means: string }>>
> = {
  received: { word: 'Waiting', tone: 'accent', means: 'Not worked on yet' },
  done: { word: 'Done', tone: 'plain', means: 'What it is about was read again, and the books follow it' },
  ignored: { word: 'Ignored', tone: 'plain', means: 'It is about nothing of ours' },
  quarantined: { word: 'Quarantined', tone: 'caution', means: 'Nothing was booked: staff must look at it' },
  failed: { word: 'Failed', tone: 'caution', means: 'It is tried again by itself' },
  dead: { word: 'Given up', tone: 'danger', means: 'It failed ten times: staff must look at it' },
}

/** What has become of an event. */
export function StateBadge({ state }: Readonly<{ state: InboxEvent['state'] }>) {
  const { word, tone, means } = STATES[state]
  return (
    <Badge tone={tone} title={means}>
      {word}
    </Badge>
  )
}

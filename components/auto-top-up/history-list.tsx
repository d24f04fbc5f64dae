import { History } from 'lucide-react'
import { Amount } from '@/components/money/amount'
import { LocalTime } from '@/components/time/local-time'
import { Badge, type BadgeTone } from '@/components/ui/badge'
import { Empty } from '@/components/ui/empty'
import type { AutoTopUpEvent } from '@/lib/core/auto-top-ups/list-auto-top-up-history'
import { failureInWords } from './failure-words'

const TRIGGERS: Readonly<Record<AutoTopUpEvent['trigger'], string>> = {
  threshold: 'Balance below the threshold',
  scheduled: 'Monthly schedule',
  test: 'Tried out',
}

const STATES: Readonly<Record<AutoTopUpEvent['state'], Readonly<{ word: string; tone: BadgeTone }>>> = {
  succeeded: { word: 'Added', tone: 'accent' },
  failed: { word: 'Failed', tone: 'danger' },
  requires_action: { word: 'To be confirmed', tone: 'caution' },
  pending: { word: 'On its way', tone: 'plain' },
}

const HEAD = 'py-2 text-left text-xs font-medium text-ink-soft'

/** Every charge by itself and every one left out, newest first. A phone puts the moment below what it was. */
export function HistoryList({ events }: Readonly<{ events: readonly AutoTopUpEvent[] }>) {
  if (events.length === 0) {
    return (
      <Empty icon={History} title="Nothing yet">
        Each charge is listed here with what became of it.
      </Empty>
    )
  }
  return (
    <table aria-labelledby="history" className="w-full table-fixed">
      <thead className="border-b border-line">
        <tr>
          <th scope="col" className={`${HEAD} pl-5`}>
            Why
          </th>
          <th scope="col" className={`${HEAD} hidden w-44 md:table-cell`}>
            When
          </th>
          <th scope="col" className={`${HEAD} hidden w-36 sm:table-cell`}>
            State
          </th>
          <th scope="col" className={`${HEAD} w-28 pr-5 text-right`}>
            Amount
          </th>
        </tr>
      </thead>
      <tbody className="divide-y divide-line">
        {events.map((event) => (
          <HistoryRow key={event.id} event={event} />
        ))}
      </tbody>
    </table>
  )
}

function HistoryRow({ event }: Readonly<{ event: AutoTopUpEvent }>) {
  const at = event.createdAt.toISOString()
  const isLeftOut = event.id.startsWith('skip_')
  const { word, tone } = isLeftOut ? ({ word: 'Left out', tone: 'caution' } as const) : STATES[event.state]
  const state = <Badge tone={tone}>{word}</Badge>
  return (
    <tr>
      <td className="py-3 pr-4 pl-5">
        <div className="font-medium">{TRIGGERS[event.trigger]}</div>
        <div className="text-[0.8125rem] text-ink-soft">
          {event.state === 'failed' ? failureInWords(event.failureReason) : cardInWords(event.card)}
          <span className="block md:hidden">
            <LocalTime at={at} />
          </span>
        </div>
      </td>
      <td className="hidden text-ink-soft md:table-cell">
        <LocalTime at={at} />
      </td>
      <td className="hidden sm:table-cell">{state}</td>
      <td className="pr-5 text-right">
        <Amount
          money={event.amount}
          className={event.state === 'failed' ? 'text-ink-soft line-through' : 'font-medium'}
        />
        <div className="mt-1.5 sm:hidden">{state}</div>
      </td>
    </tr>
  )
}

function cardInWords(card: AutoTopUpEvent['card']): string | null {
  if (card === null) return null
  return `${card.brand.charAt(0).toUpperCase()}${card.brand.slice(1)} ending in ${card.last4}`
}

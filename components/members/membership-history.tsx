import { LocalTime } from '@/components/time/local-time'
import { RowList } from '@/components/ui/row-list'
import type { HistoryView } from './views'

/** What was done to the organisation and its members, newest first. */
export function MembershipHistory({ history }: Readonly<{ history: readonly HistoryView[] }>) {
  return (
    <RowList labelledBy="history">
      {history.map(({ id, actor, words, at }) => (
        <li key={id} className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1 px-5 py-3">
          <div className="min-w-0">
            <p className="wrap-anywhere">{words}</p>
            {actor !== null && <p className="text-[0.8125rem] wrap-anywhere text-ink-soft">by {actor}</p>}
          </div>
          <LocalTime at={at} className="text-[0.8125rem] text-ink-soft" />
        </li>
      ))}
    </RowList>
  )
}

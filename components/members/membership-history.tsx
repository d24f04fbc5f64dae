import { LocalTime } from '@/components/time/local-time'
import { Row, RowList } from '@/components/ui/row-list'
import type { HistoryView } from './views'

/** What was done to the organisation and its members, newest first. */
export function MembershipHistory({ history }: Readonly<{ history: readonly HistoryView[] }>) {
  return (
    <RowList labelledBy="history">
      {history.map(({ id, actor, words, at }) => (
        <Row key={id} title={words} detail={actor === null ? 'Talktime' : actor}>
          <LocalTime at={at} className="text-[0.8125rem] text-ink-soft" />
        </Row>
      ))}
    </RowList>
  )
}

import { Amount } from '@/components/money/amount'
import { Card } from '@/components/ui/card'
import { Row, RowList } from '@/components/ui/row-list'
import type { Money } from '@/lib/kit/money'
import { ALERTS } from './alert-words'

/** What those who pay are told of, for who may only look. */
export function AlertsOfAccount({ threshold }: Readonly<{ threshold: Money | null }>) {
  return (
    <Card id="alerts" title="What owners and billing members are told of" className="max-w-2xl">
      <RowList labelledBy="alerts">
        {ALERTS.map(({ kind, title }) => (
          <Row key={kind} title={title}>
            {kind === 'low-balance' &&
              (threshold === null ? (
                <span className="text-ink-soft">Off</span>
              ) : (
                <span className="text-ink-soft">
                  Below <Amount money={threshold} className="text-ink" />
                </span>
              ))}
          </Row>
        ))}
      </RowList>
      <p className="border-t border-line px-5 py-3 text-[0.8125rem] text-ink-soft">
        Who may pay for the account is told, by e-mail. An owner decides who may.
      </p>
    </Card>
  )
}

import { Amount } from '@/components/money/amount'
import { LocalTime } from '@/components/time/local-time'
import { Badge, type BadgeTone } from '@/components/ui/badge'
import { RowList } from '@/components/ui/row-list'
import type { RequestedRefund } from '@/lib/core/refunds/get-payment'
import { refusalWords } from './payment-words'

const STATES: Readonly<Record<RequestedRefund['state'], Readonly<{ text: string; tone: BadgeTone }>>> = {
  pending: { text: 'On its way', tone: 'caution' },
  succeeded: { text: 'Made', tone: 'accent' },
  failed: { text: 'Not made', tone: 'plain' },
}

/** Refunds that staff asked for: who, why, and what became of it. */
export function RequestList({
  labelledBy,
  requests,
}: Readonly<{ labelledBy: string; requests: readonly RequestedRefund[] }>) {
  return (
    <RowList labelledBy={labelledBy}>
      {requests.map(({ id, amount, reason, requestedBy, state, failureCode, createdAt }) => (
        <li key={id} className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2 px-5 py-3.5">
          <div className="min-w-0 flex-1 basis-64">
            <p className="font-medium wrap-anywhere">{reason}</p>
            <p className="text-[0.8125rem] wrap-anywhere text-ink-soft">
              {requestedBy}, <LocalTime at={createdAt.toISOString()} />
            </p>
            {state === 'failed' && (
              <p className="text-[0.8125rem] text-ink-soft">{refusalWords(failureCode)}</p>
            )}
          </div>
          <div className="flex items-center gap-3">
            <Badge tone={STATES[state].tone}>{STATES[state].text}</Badge>
            <Amount money={amount} className="font-medium" />
          </div>
        </li>
      ))}
    </RowList>
  )
}

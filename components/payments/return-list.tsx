import { Undo2 } from 'lucide-react'
import { Amount } from '@/components/money/amount'
import { LocalTime } from '@/components/time/local-time'
import { Badge } from '@/components/ui/badge'
import { Empty } from '@/components/ui/empty'
import { RowList } from '@/components/ui/row-list'
import type { StoredReturn } from '@/lib/core/refunds/read-payments'
import { DismissForm } from './dismiss-form'
import { kindWords, returnState } from './payment-words'
import type { DismissAction } from './views'

type Props = Readonly<{
  labelledBy: string
  accountId: string
  returns: readonly StoredReturn[]
  dismiss: DismissAction
}>

/** Everything that takes a payment back, with what Stripe says of it and what the books have made of it. */
export function ReturnList({ labelledBy, accountId, returns, dismiss }: Props) {
  if (returns.length === 0) {
    return (
      <Empty icon={Undo2} title="Nothing has taken it back">
        Refunds, disputes and warnings of fraud are listed here as soon as Stripe tells of them.
      </Empty>
    )
  }
  return (
    <RowList labelledBy={labelledBy}>
      {returns.map((found) => (
        <li key={found.id} className="flex flex-col gap-3 px-5 py-3.5">
          <ReturnLine found={found} />
          {found.kind === 'warning' && found.effect === 'holds' && (
            <DismissForm accountId={accountId} warningId={found.id} dismiss={dismiss} />
          )}
        </li>
      ))}
    </RowList>
  )
}

function ReturnLine({ found }: Readonly<{ found: StoredReturn }>) {
  const state = returnState(found)
  return (
    <div className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2">
      <div className="min-w-0 flex-1 basis-64">
        <p className="flex flex-wrap items-center gap-x-2.5 gap-y-1 font-medium">
          {kindWords(found)}
          <Badge tone={state.tone} title={`Stripe: ${found.state}`}>
            {state.text}
          </Badge>
        </p>
        <p className="text-[0.8125rem] wrap-anywhere text-ink-soft">
          <LocalTime at={found.createdAt.toISOString()} /> · {found.id}
          {found.reason !== null && ` · ${found.reason.replaceAll('_', ' ')}`}
        </p>
        {found.respondBy !== null && found.effect === 'holds' && (
          <p className="text-[0.8125rem] text-ink-soft">
            The bank takes evidence until <LocalTime at={found.respondBy.toISOString()} />, in Stripe.
          </p>
        )}
      </div>
      <div className="ml-auto text-right">
        <Amount money={found.amount} className="font-medium" />
        <CreditEffect {...found} />
      </div>
    </div>
  )
}

function CreditEffect({ clawed, held }: Pick<StoredReturn, 'clawed' | 'held'>) {
  if (clawed.micros === 0n && held.micros === 0n) return null
  return (
    <p className="text-[0.8125rem] text-ink-soft">
      <Amount money={clawed.micros > 0n ? clawed : held} />{' '}
      {clawed.micros > 0n ? 'of credit taken back' : 'of credit frozen'}
    </p>
  )
}

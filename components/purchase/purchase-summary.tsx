import { Amount } from '@/components/money/amount'
import { usd, type Money } from '@/lib/kit/money'

type Props = Readonly<{
  /** Null while what is typed is no amount. */
  amount: Money | null
  balance: Money
  methodName: string
}>

/** What pressing the button does: who is charged what, and what the balance is then. */
export function PurchaseSummary({ amount, balance, methodName }: Props) {
  return (
    <dl className="flex flex-col gap-2 rounded-lg bg-raised px-4 py-3 text-sm">
      <Line term={methodName} isName>
        {amount === null ? '—' : <Amount money={amount} />}
      </Line>
      <Line term="Balance now">
        <Amount money={balance} />
      </Line>
      <Line term="New balance" isSum>
        {amount === null ? '—' : <Amount money={usd(balance.micros + amount.micros)} />}
      </Line>
    </dl>
  )
}

type LineProps = Readonly<{ term: string; isName?: boolean; isSum?: boolean; children: React.ReactNode }>

function Line({ term, isName = false, isSum = false, children }: LineProps) {
  return (
    <div
      className={`flex items-baseline justify-between gap-4 ${isSum ? 'border-t border-line pt-2 font-medium' : ''}`}
    >
      <dt className={isSum ? '' : 'text-ink-soft'}>
        {isName && <span className="sr-only">Charged to </span>}
        {term}
      </dt>
      <dd className="tabular-nums">{children}</dd>
    </div>
  )
}

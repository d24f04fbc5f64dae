import type { Money } from '@/lib/kit/money'
import { moneyString } from '@/lib/kit/money-text'

type Props = Readonly<{
  money: Money
  /** Puts a plus before what came in, so that a column of movements reads at a glance. */
  signed?: boolean
  className?: string
}>

/** An amount in tabular figures, exact to the last digit it has: a message for $0.0075 says so. */
export function Amount({ money, signed = false, className = '' }: Props) {
  return (
    <span className={`tabular-nums ${className}`}>
      {signed && money.micros > 0n ? '+' : ''}
      {moneyString(money)}
    </span>
  )
}

import { MICROS_PER_CENT, type Money, floorCents, usdFromCents } from '@/lib/kit/money'
import { moneyString } from '@/lib/kit/money-text'

/**
 * The balance, large, in the cents that the API answers with (rounded toward minus infinity); where usage left
 * a part of a cent, the exact amount stands below it.
 */
export function BalanceAmount({ money }: Readonly<{ money: Money }>) {
  const inCents = usdFromCents(floorCents(money))
  return (
    <div>
      <p
        className={`text-[2.5rem] leading-12 font-semibold tracking-tight tabular-nums ${money.micros < 0n ? 'text-danger' : ''}`}
      >
        {moneyString(inCents)}
      </p>
      <p className="min-h-5 text-[0.8125rem] text-ink-soft tabular-nums">
        {money.micros % MICROS_PER_CENT === 0n ? 'US dollars' : `US dollars, exactly ${moneyString(money)}`}
      </p>
    </div>
  )
}

import type { ReactNode } from 'react'
import { Amount } from '@/components/money/amount'
import { LocalTime } from '@/components/time/local-time'
import { usd } from '@/lib/kit/money'
import type { ChangeQuote } from './views'

/** What is charged today and for what, what a code takes off, and what becomes of the balance. */
export function ChangeQuoteTable({ quote }: Readonly<{ quote: ChangeQuote }>) {
  const { amountDue, discount, lines, promotionCode, balanceAfter, coveredFrom } = quote
  return (
    <dl className="divide-y divide-line rounded-lg border border-line" aria-live="polite">
      {lines.map(({ description, amount }, index) => (
        <Line key={index} label={description}>
          <Amount money={amount} />
        </Line>
      ))}
      {discount.micros > 0n && (
        <Line label={promotionCode === null ? 'Discount' : `Discount with ${promotionCode}`}>
          <Amount money={usd(-discount.micros)} className="text-accent" />
        </Line>
      )}
      <Line label={<span className="font-medium text-ink">Charged to your card today</span>}>
        <Amount money={amountDue} className="font-semibold" />
      </Line>
      <Line label="Balance after">
        <Amount money={balanceAfter} />
      </Line>
      <Line label="First covered day of the new period">
        <LocalTime at={coveredFrom} detail="day" />
      </Line>
    </dl>
  )
}

function Line({ label, children }: Readonly<{ label: ReactNode; children: ReactNode }>) {
  return (
    <div className="flex items-baseline justify-between gap-4 px-4 py-2.5">
      <dt className="min-w-0 text-ink-soft">{label}</dt>
      <dd className="shrink-0 text-right tabular-nums">{children}</dd>
    </div>
  )
}

import type { ReactNode } from 'react'
import { Amount } from '@/components/money/amount'
import { LocalTime } from '@/components/time/local-time'
import type { AdjustmentPreview, Side } from '@/lib/core/adjustments/preview-adjustment'
import { sideWords } from './adjustment-words'

type Props = Readonly<{
  /** What the total is of. */
  label: string
  preview: AdjustmentPreview
}>

/** What an adjustment does to the balance, and every transfer that it books. */
export function EffectTable({ label, preview: { total, before, after, moves } }: Props) {
  return (
    <dl className="divide-y divide-line rounded-lg border border-line">
      <Line label={label}>
        <Amount money={total} className="font-semibold" />
      </Line>
      <Line label="Balance now">
        <Amount money={before} />
      </Line>
      <Line label="Balance after">
        <Amount money={after} className={after.micros < 0n ? 'text-danger' : ''} />
      </Line>
      {moves.map(({ from, to, amount }, index) => (
        <Line
          key={index}
          label={
            <>
              <SideName side={from} />
              <span className="sr-only"> to </span>
              <span aria-hidden> → </span>
              <SideName side={to} />
            </>
          }
        >
          <Amount money={amount} className="text-ink-soft" />
        </Line>
      ))}
    </dl>
  )
}

function SideName({ side }: Readonly<{ side: Side }>) {
  return (
    <>
      {sideWords(side)}
      {side.expiresAt !== null && (
        <>
          {' '}
          until <LocalTime at={side.expiresAt.toISOString()} detail="day" />
        </>
      )}
    </>
  )
}

function Line({ label, children }: Readonly<{ label: ReactNode; children: ReactNode }>) {
  return (
    <div className="flex items-baseline justify-between gap-4 px-4 py-2.5">
      <dt className="text-ink-soft">{label}</dt>
      <dd className="shrink-0 text-right tabular-nums">{children}</dd>
    </div>
  )
}

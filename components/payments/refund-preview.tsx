'use client'

import { useEffect, useRef, type ReactNode } from 'react'
import { Amount } from '@/components/money/amount'
import { Alert } from '@/components/ui/alert'
import { Button } from '@/components/ui/button'
import type { RefundPreview } from '@/lib/core/refunds/preview-refund'
import type { RefundState } from './views'

type Props = Readonly<{
  state: Extract<RefundState, { kind: 'previewed' }>
  pending: boolean
  onChange: () => void
}>

/** What the refund will do, and the button that has it done; takes the focus that went with the form's fields. */
export function RefundPreviewPanel({ state: { draft, preview }, pending, onChange }: Props) {
  const panel = useRef<HTMLDivElement>(null)
  useEffect(() => panel.current?.focus(), [preview])
  return (
    <>
      <div ref={panel} tabIndex={-1} role="status" className="flex flex-col gap-4 outline-none">
        <p className="font-medium">What this will do</p>
        <Effect {...preview} />
        {preview.debt.micros > 0n && <DebtNotice {...preview} />}
      </div>
      {Object.entries(draft).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      <div className="flex justify-end gap-2">
        <Button onClick={onChange}>Change</Button>
        <Button look="danger" type="submit" pending={pending}>
          Refund
        </Button>
      </div>
    </>
  )
}

function Effect({ amount, clawed, sources, debt, balanceBefore, balanceAfter }: RefundPreview) {
  return (
    <dl className="divide-y divide-line rounded-lg border border-line">
      <Line label="Given back to the card">
        <Amount money={amount} className="font-semibold" />
      </Line>
      <Line label="Credit taken back">
        <Amount money={clawed} />
      </Line>
      {sources.map(({ reference, isOwn, micros }) => (
        <Line
          key={reference}
          label={isOwn ? 'from this payment’s own credit' : `from the credit of ${reference}`}
        >
          <Amount money={micros} className="text-ink-soft" />
        </Line>
      ))}
      {debt.micros > 0n && (
        <Line label="used already, and owed from then on">
          <Amount money={debt} className="text-ink-soft" />
        </Line>
      )}
      <Line label="Balance now">
        <Amount money={balanceBefore} />
      </Line>
      <Line label="Balance after">
        <Amount money={balanceAfter} className={balanceAfter.micros < 0n ? 'text-danger' : ''} />
      </Line>
    </dl>
  )
}

function DebtNotice({ debt }: Pick<RefundPreview, 'debt'>) {
  return (
    <Alert tone="caution" title="The customer will owe part of it">
      <Amount money={debt} /> of the credit was used. What they pay next repays it first.
    </Alert>
  )
}

function Line({ label, children }: Readonly<{ label: ReactNode; children: ReactNode }>) {
  return (
    <div className="flex items-baseline justify-between gap-4 px-4 py-2.5">
      <dt className="min-w-0 wrap-anywhere text-ink-soft">{label}</dt>
      <dd className="shrink-0 text-right">{children}</dd>
    </div>
  )
}

import type { ReactNode } from 'react'
import { Amount } from '@/components/money/amount'
import { LocalTime } from '@/components/time/local-time'
import { Alert } from '@/components/ui/alert'
import type { NumberQuote } from '@/lib/core/numbers/quote-number'
import { ZERO } from '@/lib/kit/money'

/** What buying a number does today: to the card, to the balance, and from when to when it is paid for. */
export function QuoteTable({ quote }: Readonly<{ quote: NumberQuote }>) {
  return (
    <div className="flex min-h-53 flex-col gap-3">
      <dl className="divide-y divide-line rounded-lg border border-line">
        <Line label={DRAWN[quote.kind]}>
          <Amount money={'price' in quote ? quote.price : ZERO} className="font-semibold" />
        </Line>
        <Line label="Balance now">
          <Amount money={quote.balance} />
        </Line>
        {quote.kind !== 'short' && (
          <>
            <Line label="Balance after">
              <Amount money={quote.balanceAfter} />
            </Line>
            <Line label="Paid for">
              today – <LocalTime at={quote.coveredUntil.toISOString()} detail="day" />
            </Line>
          </>
        )}
      </dl>
      {quote.kind === 'short' ? (
        <Alert tone="caution" title="The balance does not cover the first month">
          <a href="/billing" className="font-medium text-ink underline underline-offset-2">
            Add credits
          </a>{' '}
          first. Nothing is bought until then.
        </Alert>
      ) : (
        <p className="text-[0.8125rem] text-ink-soft">{NEXT[quote.kind]}</p>
      )}
    </div>
  )
}

const DRAWN: Readonly<Record<NumberQuote['kind'], string>> = {
  wallet: 'From the balance today',
  short: 'Needed from the balance today',
  unit: 'Charged today: a unit is free',
  card: 'Charged to your card today',
}

const NEXT: Readonly<Record<Exclude<NumberQuote['kind'], 'short'>, string>> = {
  wallet: 'After that the same amount is taken from the balance each month, until you release the number.',
  unit: 'A unit of your subscription that is paid for covers it from today, and is renewed with the others.',
  card: 'Your subscription covers it from today and is renewed with one unit more. Calls and messages are included.',
}

function Line({ label, children }: Readonly<{ label: string; children: ReactNode }>) {
  return (
    <div className="flex items-baseline justify-between gap-4 px-4 py-2.5">
      <dt className="text-ink-soft">{label}</dt>
      <dd className="text-right tabular-nums">{children}</dd>
    </div>
  )
}

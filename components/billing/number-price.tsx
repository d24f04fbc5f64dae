import { Amount } from '@/components/money/amount'
import type { Money } from '@/lib/kit/money'

/** What a subscription would cost for each number, as Stripe has it. */
export function NumberPrice({ pricing }: Readonly<{ pricing: Readonly<{ monthly: Money; annual: Money }> }>) {
  return (
    <>
      A subscription covers a number for <Amount money={pricing.monthly} className="text-ink" /> a month or{' '}
      <Amount money={pricing.annual} className="text-ink" /> a year.
    </>
  )
}

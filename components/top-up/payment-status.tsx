import { CircleCheck } from 'lucide-react'
import { Amount } from '@/components/money/amount'
import { Icon } from '@/components/ui/icon'
import { Spinner } from '@/components/ui/spinner'
import type { Progress } from './use-pending-payment'

/** One line about the payment under way, said aloud as it changes. Its place is kept while there is none. */
export function PaymentStatus({ progress }: Readonly<{ progress: Progress }>) {
  return (
    <div role="status" aria-live="polite" className="flex min-h-5 items-center gap-2 text-[0.8125rem]">
      <StatusLine progress={progress} />
    </div>
  )
}

function StatusLine({ progress }: Readonly<{ progress: Progress }>) {
  switch (progress.kind) {
    case 'idle':
      return null
    case 'updating':
      return (
        <>
          <Spinner className="text-accent" />
          Payment received. Updating your balance…
        </>
      )
    case 'slow':
      return (
        <>
          <Spinner className="text-accent" />
          Payment received. Stripe is taking longer than usual to confirm it; you may leave this page.
        </>
      )
    case 'late':
      return 'Payment received, not booked yet. It will be as soon as Stripe confirms it: please do not pay again.'
    case 'credited':
      return (
        <>
          <Icon of={CircleCheck} className="text-accent" />
          <span>
            <Amount money={progress.credited.amount} className="font-medium" /> added. Your balance is{' '}
            <Amount money={progress.credited.balance} className="font-medium" />.
          </span>
        </>
      )
  }
}

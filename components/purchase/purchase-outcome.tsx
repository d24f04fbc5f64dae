import { CircleCheck, ShieldQuestion } from 'lucide-react'
import { Amount } from '@/components/money/amount'
import { Button, buttonClass } from '@/components/ui/button'
import { Icon } from '@/components/ui/icon'
import type { PurchaseState } from './views'

type Props = Readonly<{
  outcome: Extract<PurchaseState, { kind: 'bought' | 'confirm' }>
  onDone: () => void
}>

/** How a purchase went: the credit is there, or the customer's bank has a question first. */
export function PurchaseOutcome({ outcome, onDone }: Props) {
  return outcome.kind === 'bought' ? (
    <div className="flex flex-col gap-5">
      <div role="status" className="flex gap-3">
        <Icon of={CircleCheck} size={18} className="mt-1 text-accent" />
        <div>
          <p className="text-lg font-semibold">
            <Amount money={outcome.amount} /> added
          </p>
          <p className="mt-1 text-ink-soft">
            Your balance is <Amount money={outcome.balance} className="font-medium text-ink" />.
          </p>
        </div>
      </div>
      <div className="flex justify-end">
        <Button look="primary" onClick={onDone}>
          Done
        </Button>
      </div>
    </div>
  ) : (
    <div className="flex flex-col gap-5">
      <div role="status" className="flex gap-3">
        <Icon of={ShieldQuestion} size={18} className="mt-1 text-accent" />
        <div>
          <p className="text-lg font-semibold">Your bank wants to hear from you</p>
          <p className="mt-1 text-ink-soft">
            Nothing has been charged yet. Confirm the payment within 24 hours; the link is in your mail, too.
          </p>
        </div>
      </div>
      <div className="flex justify-end gap-2">
        <Button onClick={onDone}>Later</Button>
        {outcome.url !== null && (
          <a href={outcome.url} className={buttonClass('primary')}>
            Confirm the payment
          </a>
        )}
      </div>
    </div>
  )
}

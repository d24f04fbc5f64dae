'use client'

import { useCallback, useState, type ReactNode } from 'react'
import { Amount } from '@/components/money/amount'
import { CheckoutDialog } from '@/components/top-up/checkout-dialog'
import { useCheckout, type StripeSource } from '@/components/top-up/use-checkout'
import { Button } from '@/components/ui/button'
import type { SubscriptionOffer } from '@/lib/core/subscriptions/get-subscription-offer'
import { SubscribingStatus } from './subscribing-status'
import { useSubscribing } from './use-subscribing'
import type { Interval, SettleSubscription } from './views'

type Props = Readonly<{
  offer: SubscriptionOffer
  stripe: StripeSource
  settle: SettleSubscription
}>

const CHOICES: readonly Readonly<{ interval: Interval; title: string; per: string }>[] = [
  { interval: 'monthly', title: 'Monthly', per: 'a month' },
  { interval: 'annual', title: 'Annual', per: 'a year' },
]

/** The choice of how often to pay, and Checkout for it. */
export function Subscribe({ offer, stripe, settle }: Props) {
  const [interval, setInterval] = useState<Interval>('monthly')
  return (
    <div className="flex flex-col gap-5 p-5">
      <fieldset className="grid gap-3 sm:grid-cols-2">
        <legend className="sr-only">How often to pay</legend>
        {CHOICES.map(({ interval: choice, title, per }) => (
          <label
            key={choice}
            className="flex cursor-pointer gap-3 rounded-lg border border-line-strong p-4 transition-colors has-checked:border-accent has-checked:bg-accent-wash has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent"
          >
            <input
              type="radio"
              name="interval"
              value={choice}
              checked={interval === choice}
              onChange={() => setInterval(choice)}
              className="mt-0.75 size-4 shrink-0 accent-accent outline-none"
            />
            <span className="min-w-0">
              <span className="block font-medium">{title}</span>
              <span className="mt-1 block text-xl font-semibold tracking-tight">
                <Amount money={offer[choice].total} />
                <span className="text-sm font-normal tracking-normal text-ink-soft"> {per}</span>
              </span>
              <span className="mt-1 block text-[0.8125rem] text-ink-soft">
                {offer.quantity} {offer.quantity === 1 ? 'number' : 'numbers'} ×{' '}
                <Amount money={offer[choice].each} />
              </span>
            </span>
          </label>
        ))}
      </fieldset>
      <Purchase key={interval} interval={interval} stripe={stripe} settle={settle}>
        <p className="text-[0.8125rem] text-ink-soft">
          Each number you hold is covered from the moment of payment: its rent, calls and messages. The
          balance stays as it is. A promotion code can be entered while paying.
        </p>
      </Purchase>
    </div>
  )
}

type PurchaseProps = Readonly<{
  interval: Interval
  stripe: StripeSource
  settle: SettleSubscription
  children: ReactNode
}>

function Purchase({ interval, stripe, settle, children }: PurchaseProps) {
  const { state, paid } = useSubscribing(settle)
  const { checkout, open, close, finish } = useCheckout(PURPOSES[interval], stripe, null)

  const complete = useCallback(() => {
    finish()
    void paid()
  }, [finish, paid])

  return (
    <>
      <SubscribingStatus state={state} />
      <div className="flex flex-col gap-4 sm:flex-row sm:items-center sm:justify-between sm:gap-8">
        {children}
        <Button
          look="primary"
          onClick={open}
          pending={checkout.kind === 'opening' || state === 'working'}
          aria-haspopup="dialog"
        >
          Subscribe
        </Button>
      </div>
      <CheckoutDialog
        purpose={PURPOSES[interval]}
        checkout={checkout}
        onRetry={open}
        onComplete={complete}
        onClose={close}
      />
    </>
  )
}

const PURPOSES = { monthly: 'subscription-monthly', annual: 'subscription-annual' } as const

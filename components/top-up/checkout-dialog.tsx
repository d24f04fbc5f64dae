'use client'

import { lazy, Suspense } from 'react'
import { Dialog } from '@/components/ui/dialog'
import { Skeleton } from '@/components/ui/skeleton'
import { CheckoutFailed } from './checkout-failed'
import type { CheckoutPurpose } from './request-checkout'
import type { Checkout } from './use-checkout'

const CheckoutFrame = lazy(() => import('./checkout-frame'))

const TITLES: Readonly<Record<CheckoutPurpose, string>> = {
  credits: 'Add credits',
  'payment-method': 'Add a card',
  'subscription-monthly': 'Subscribe',
  'subscription-annual': 'Subscribe',
}

type Props = Readonly<{
  purpose: CheckoutPurpose
  checkout: Checkout
  onRetry: () => void
  onComplete: () => void
  onClose: () => void
}>

/** Where it is paid, or a card is saved, in Stripe's own form. Its height is kept while the form is on its way. */
export function CheckoutDialog({ purpose, checkout, onRetry, onComplete, onClose }: Props) {
  return (
    <Dialog open={checkout.kind !== 'closed'} title={TITLES[purpose]} width="wide" flush onClose={onClose}>
      {checkout.kind === 'failed' ? (
        <div className="p-5">
          <CheckoutFailed
            purpose={purpose}
            failure={checkout.failure}
            retryAfterSeconds={checkout.retryAfterSeconds}
            onRetry={onRetry}
          />
        </div>
      ) : (
        <div className="min-h-160">
          {checkout.kind === 'ready' ? (
            <Suspense fallback={<CheckoutLoading />}>
              <CheckoutFrame
                key={checkout.clientSecret}
                stripe={checkout.stripe}
                clientSecret={checkout.clientSecret}
                onComplete={onComplete}
              />
            </Suspense>
          ) : (
            <CheckoutLoading />
          )}
        </div>
      )}
    </Dialog>
  )
}

function CheckoutLoading() {
  return (
    <div className="p-5">
      <p role="status" className="sr-only">
        Loading the payment form
      </p>
      <div className="flex flex-col gap-5">
        <Skeleton className="h-10 w-40" />
        <Skeleton className="h-12 w-full" />
        <Skeleton className="h-12 w-full" />
        <Skeleton className="h-12 w-2/3" />
        <Skeleton className="h-12 w-full" />
      </div>
    </div>
  )
}

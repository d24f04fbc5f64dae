'use client'

import { lazy, Suspense } from 'react'
import { Dialog } from '@/components/ui/dialog'
import { Skeleton } from '@/components/ui/skeleton'
import { CheckoutFailed } from './checkout-failed'
import type { Checkout } from './use-checkout'

const CheckoutFrame = lazy(() => import('./checkout-frame'))

type Props = Readonly<{
  checkout: Checkout
  onRetry: () => void
  onComplete: () => void
  onClose: () => void
}>

/** Where the amount is typed and paid, in Stripe's own form. Its height is kept while the form is on its way. */
export function CheckoutDialog({ checkout, onRetry, onComplete, onClose }: Props) {
  return (
    <Dialog open={checkout.kind !== 'closed'} title="Add credits" width="wide" flush onClose={onClose}>
      {checkout.kind === 'failed' ? (
        <div className="p-5">
          <CheckoutFailed
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

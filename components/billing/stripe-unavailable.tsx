'use client'

import { useRouter } from 'next/navigation'
import { useTransition } from 'react'
import { Alert } from '@/components/ui/alert'
import { Button } from '@/components/ui/button'

/** Stands where Stripe's part of the page would be while it does not answer. `what` is a plural: "Saved cards". */
export function StripeUnavailable({ what }: Readonly<{ what: string }>) {
  const router = useRouter()
  const [retrying, startRetry] = useTransition()
  return (
    <div className="p-5">
      <Alert
        tone="caution"
        title="Stripe does not answer"
        action={
          <Button size="small" pending={retrying} onClick={() => startRetry(() => router.refresh())}>
            Try again
          </Button>
        }
      >
        {what} cannot be shown right now. Your balance is not affected.
      </Alert>
    </div>
  )
}

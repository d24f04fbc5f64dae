'use client'

import { Plus } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useCallback, useState, useTransition } from 'react'
import { CheckoutDialog } from '@/components/top-up/checkout-dialog'
import { useCheckout, type StripeSource } from '@/components/top-up/use-checkout'
import { Button } from '@/components/ui/button'
import { Icon } from '@/components/ui/icon'

type Props = Readonly<{
  stripe: StripeSource
  /** Makes a first card the default, without waiting for Stripe's event. */
  settle: () => Promise<void>
}>

/** Saves a card in Stripe's own form, without a charge, and has the list read again. */
export function AddCard({ stripe, settle }: Props) {
  const router = useRouter()
  const [added, setAdded] = useState(0)
  const [reading, startReading] = useTransition()
  // Which card was added last is all that makes the next Checkout another one.
  const { checkout, open, close, finish } = useCheckout('payment-method', stripe, String(added))

  const complete = useCallback(() => {
    finish()
    startReading(async () => {
      await settle().catch(() => undefined)
      setAdded((count) => count + 1)
      router.refresh()
    })
  }, [finish, router, settle])

  return (
    <>
      <Button
        look="primary"
        onClick={open}
        pending={checkout.kind === 'opening' || reading}
        aria-haspopup="dialog"
      >
        <Icon of={Plus} />
        Add a card
      </Button>
      <p role="status" className="sr-only">
        {added > 0 && !reading ? 'The card is saved.' : ''}
      </p>
      <CheckoutDialog
        purpose="payment-method"
        checkout={checkout}
        onRetry={open}
        onComplete={complete}
        onClose={close}
      />
    </>
  )
}

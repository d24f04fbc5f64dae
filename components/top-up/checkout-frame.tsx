'use client'

import { EmbeddedCheckout, EmbeddedCheckoutProvider } from '@stripe/react-stripe-js'
import type { Stripe } from '@stripe/stripe-js'
import { useState } from 'react'

type Props = Readonly<{ stripe: Stripe; clientSecret: string; onComplete: () => void }>

/**
 * Stripe's own form, for one Checkout. Its options are frozen once it is mounted: give the element the secret as
 * its key to show another.
 */
export default function CheckoutFrame({ stripe, clientSecret, onComplete }: Props) {
  const [options] = useState(() => ({ fetchClientSecret: () => Promise.resolve(clientSecret), onComplete }))
  return (
    <EmbeddedCheckoutProvider stripe={stripe} options={options}>
      <EmbeddedCheckout />
    </EmbeddedCheckoutProvider>
  )
}

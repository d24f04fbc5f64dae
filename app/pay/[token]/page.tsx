import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { LinkedPayment } from '@/components/purchase/linked-payment'
import { openPurchaseLink, type LinkedPurchase } from '@/lib/core/purchases/open-purchase-link'
import { BillingError } from '@/lib/kit/errors'
import { contextFor } from '@/lib/server/container'

// The address is a secret: no search engine keeps it, and no other site is told where the reader came from.
export const metadata: Metadata = {
  title: 'Confirm your payment',
  robots: { index: false, follow: false },
  referrer: 'no-referrer',
}

export const dynamic = 'force-dynamic'

/** Where the link in a mail leads: for whoever has it, signed in or not. */
export default async function PayPage({ params }: Readonly<{ params: Promise<{ token: string }> }>) {
  const { token } = await params
  const purchase = await purchaseOf(token)
  if (purchase === null) notFound()
  return <LinkedPayment purchase={purchase} />
}

async function purchaseOf(token: string): Promise<LinkedPurchase | 'unavailable' | null> {
  const ctx = await contextFor({ kind: 'system', name: 'purchase-link' })
  try {
    return await openPurchaseLink(ctx, token)
  } catch (error) {
    if (error instanceof BillingError && error.code === 'payment_provider_unavailable') return 'unavailable'
    throw error
  }
}

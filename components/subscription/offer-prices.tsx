import { Amount } from '@/components/money/amount'
import type { SubscriptionOffer } from '@/lib/core/subscriptions/get-subscription-offer'

/** The prices for someone who may only look. */
export function OfferPrices({
  offer: { quantity, monthly, annual },
}: Readonly<{ offer: SubscriptionOffer }>) {
  return (
    <p className="p-5 text-ink-soft">
      {quantity === 1 ? 'Your number' : `Your ${quantity} numbers`} can be covered for{' '}
      <Amount money={monthly.total} className="font-medium text-ink" /> a month or{' '}
      <Amount money={annual.total} className="font-medium text-ink" /> a year. An owner of the account can
      subscribe.
    </p>
  )
}

import { cardName } from '@/components/payment-methods/method-words'
import { MessagePage } from '@/components/shell/message-page'
import { RefreshButton } from '@/components/shell/refresh-button'
import { LocalTime } from '@/components/time/local-time'
import { buttonClass } from '@/components/ui/button'
import type { LinkedPurchase } from '@/lib/core/purchases/open-purchase-link'
import { moneyString } from '@/lib/kit/money-text'
import { RefreshOnReturn } from './refresh-on-return'

/** A payment that waits for its customer, or what has become of it; `unavailable` while Stripe does not answer. */
export function LinkedPayment({ purchase }: Readonly<{ purchase: LinkedPurchase | 'unavailable' }>) {
  if (purchase === 'unavailable') {
    return (
      <MessagePage title="Stripe does not answer" action={<RefreshButton />}>
        Nothing is lost: your payment can be confirmed, or is booked, as soon as it does.
      </MessagePage>
    )
  }
  const amount = moneyString(purchase.amount)
  switch (purchase.state) {
    case 'open':
      return (
        <MessagePage
          title={`Confirm your payment of ${amount}`}
          action={
            <a href={purchase.confirmUrl} target="_blank" rel="noreferrer" className={buttonClass('primary')}>
              Confirm at Stripe<span className="sr-only"> (opens a new tab)</span>
            </a>
          }
        >
          <RefreshOnReturn />
          Your bank wants to know that it is you who pays
          {purchase.card !== null && ` with ${cardName(purchase.card)}`}. Nothing has been charged yet. This
          page is good until <LocalTime at={purchase.expiresAt.toISOString()} /> and shows when the payment is
          done.
        </MessagePage>
      )
    case 'paid':
      return (
        <MessagePage title="Payment received" action={<ToBilling />}>
          {amount} in credits is on the balance.
        </MessagePage>
      )
    case 'closed':
      return (
        <MessagePage title="This payment is closed" action={<ToBilling />}>
          Nothing was charged for it, and nothing will be. You can add credits from billing at any time.
        </MessagePage>
      )
  }
}

function ToBilling() {
  return (
    <a href="/billing" className={buttonClass('primary')}>
      Go to billing
    </a>
  )
}

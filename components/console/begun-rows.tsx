import { Amount } from '@/components/money/amount'
import { LocalTime } from '@/components/time/local-time'
import { Badge } from '@/components/ui/badge'
import { Row, RowList } from '@/components/ui/row-list'
import type { StripeObjects } from '@/lib/core/console/get-stripe-objects'

type CheckoutProps = Readonly<{ labelledBy: string; orders: StripeObjects['subscriptionOrders'] }>

/** Checkouts of a subscription, the newest first. */
export function SubscriptionOrderRows({ labelledBy, orders }: CheckoutProps) {
  return (
    <RowList labelledBy={labelledBy}>
      {orders.map(({ id, state, checkoutId, interval, quantity, createdAt }) => (
        <Row
          key={id}
          title={<span className="font-mono text-xs">{id}</span>}
          detail={
            <>
              {interval}, {quantity} {quantity === 1 ? 'unit' : 'units'}, begun{' '}
              <LocalTime at={createdAt.toISOString()} />
              {checkoutId !== null && `, ${checkoutId}`}
            </>
          }
        >
          <Badge>{state}</Badge>
        </Row>
      ))}
    </RowList>
  )
}

type CollectionProps = Readonly<{ labelledBy: string; collections: StripeObjects['collections'] }>

/** Debts that were put on a subscription's invoice, the newest first. */
export function CollectionRows({ labelledBy, collections }: CollectionProps) {
  return (
    <RowList labelledBy={labelledBy}>
      {collections.map(({ id, state, amount, invoiceId, createdAt }) => (
        <Row
          key={id}
          title={<Amount money={amount} />}
          detail={
            <>
              begun <LocalTime at={createdAt.toISOString()} />
              {invoiceId !== null && `, on ${invoiceId}`}
            </>
          }
        >
          <Badge>{state}</Badge>
        </Row>
      ))}
    </RowList>
  )
}

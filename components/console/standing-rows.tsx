import { LocalTime } from '@/components/time/local-time'
import { Badge } from '@/components/ui/badge'
import { Row, RowList } from '@/components/ui/row-list'
import type { StripeObjects } from '@/lib/core/console/get-stripe-objects'
import { StripeLink } from './stripe-link'

type Props = Readonly<{
  labelledBy: string
  objects: StripeObjects
  /** As of `StripeLink`. */
  dashboard: string | null
}>

/** The customer, the subscription and automatic top-up, as they stand. */
export function StandingRows({ labelledBy, objects, dashboard }: Props) {
  const { customerId, subscription, autoTopUp } = objects
  return (
    <RowList labelledBy={labelledBy}>
      <Row title="Customer" detail={customerId === null ? 'None until something is bought' : undefined}>
        {customerId !== null && <StripeLink kind="customer" id={customerId} dashboard={dashboard} />}
      </Row>
      <Row
        title="Subscription"
        detail={subscription === null ? 'None' : <Subscription subscription={subscription} />}
      >
        {subscription !== null && (
          <StripeLink kind="subscription" id={subscription.id} dashboard={dashboard} />
        )}
      </Row>
      <Row title="Automatic top-up" detail={<AutoTopUp settings={autoTopUp} />}>
        {autoTopUp !== null && (
          <Badge tone={autoTopUp.enabled ? 'accent' : 'plain'}>{autoTopUp.enabled ? 'On' : 'Off'}</Badge>
        )}
      </Row>
    </RowList>
  )
}

function Subscription({
  subscription,
}: Readonly<{ subscription: NonNullable<StripeObjects['subscription']> }>) {
  const { status, interval, quantity, units, periodEnd, cancelAtPeriodEnd, endedAt } = subscription
  const renewal = cancelAtPeriodEnd ? 'ends' : 'renews'
  const whatComes = endedAt === null ? renewal : 'ended'
  return (
    <>
      {status}, {interval}, {units} of {quantity} units paid, {whatComes}{' '}
      <LocalTime at={(endedAt ?? periodEnd).toISOString()} detail="day" />
    </>
  )
}

function AutoTopUp({ settings }: Readonly<{ settings: StripeObjects['autoTopUp'] }>) {
  if (settings === null) return 'Never set'
  const { stoppedReason, failures, lastAttemptAt, scheduled } = settings
  const parts = [
    stoppedReason !== null && `stopped itself: ${stoppedReason}`,
    failures > 0 && `${String(failures)} failed in a row`,
    scheduled && 'also on a day of the month',
  ].filter((part) => part !== false)
  return (
    <>
      {parts.join(', ')}
      {lastAttemptAt !== null && (
        <>
          {parts.length > 0 ? ', ' : ''}last tried <LocalTime at={lastAttemptAt.toISOString()} />
        </>
      )}
      {parts.length === 0 && lastAttemptAt === null && 'Never tried'}
    </>
  )
}

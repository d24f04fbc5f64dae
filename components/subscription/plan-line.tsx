import { PageLink } from '@/components/shell/page-link'
import { LocalTime } from '@/components/time/local-time'
import type { SubscriptionPlan } from '@/lib/core/subscriptions/get-subscription-plan'

/** The subscription in a sentence, with the way to its page for the account's own people. */
export function PlanLine({ plan, isOwn = true }: Readonly<{ plan: SubscriptionPlan; isOwn?: boolean }>) {
  return (
    <>
      The subscription {plan.cancelAtPeriodEnd ? 'ends' : 'renews'} on{' '}
      <LocalTime at={plan.periodEnd.toISOString()} detail="day" className="text-ink" />.{' '}
      {isOwn && (
        <PageLink href="/subscription" className="font-medium text-ink underline underline-offset-2">
          Subscription
        </PageLink>
      )}
    </>
  )
}

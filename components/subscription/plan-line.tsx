import { PageLink } from '@/components/shell/page-link'
import { LocalTime } from '@/components/time/local-time'
import type { SubscriptionPlan } from '@/lib/core/subscriptions/get-subscription-plan'

/** The subscription in a sentence, with the way to its page. */
export function PlanLine({ plan }: Readonly<{ plan: SubscriptionPlan }>) {
  return (
    <>
      The subscription {plan.cancelAtPeriodEnd ? 'ends' : 'renews'} on{' '}
      <LocalTime at={plan.periodEnd.toISOString()} detail="day" className="text-ink" />.{' '}
      <PageLink href="/subscription" className="font-medium text-ink underline underline-offset-2">
        Subscription
      </PageLink>
    </>
  )
}

import type { ReactNode } from 'react'
import { PageLink } from '@/components/shell/page-link'
import { LocalTime } from '@/components/time/local-time'
import { Alert } from '@/components/ui/alert'
import { Badge } from '@/components/ui/badge'
import { Card } from '@/components/ui/card'
import type { SubscriptionPlan } from '@/lib/core/subscriptions/get-subscription-plan'
import type { Instant } from '@/lib/kit/clock'

type Props = Readonly<{
  plan: SubscriptionPlan
  /** What can be done about it; null for who may only look. */ children: ReactNode
}>

/** What the account is subscribed to, and what happens to it next. */
export function PlanCard({ plan, children }: Props) {
  return (
    <Card id="subscription" title="Your subscription" aside={<State plan={plan} />}>
      {plan.isPastDue && (
        <div className="px-5 pt-5">
          <Alert tone="danger" title="The last renewal was not paid">
            Stripe tries the default{' '}
            <PageLink
              href="/billing/payment-methods"
              className="font-medium text-ink underline underline-offset-2"
            >
              payment method
            </PageLink>{' '}
            again by itself. Should every try fail, the numbers go back to pay as you go.
          </Alert>
        </div>
      )}
      <dl className="grid gap-x-8 gap-y-5 p-5 sm:grid-cols-2 lg:grid-cols-4">
        <Fact label="Billed">{plan.interval === 'annual' ? 'Every year' : 'Every month'}</Fact>
        <Fact label="Current period">
          <Day at={plan.periodStart} /> – <Day at={plan.periodEnd} />
        </Fact>
        <Fact label="Numbers covered">
          {plan.covered} of {plan.units}
          {!plan.isPastDue && ' paid for'}
        </Fact>
        <Fact label={plan.cancelAtPeriodEnd ? 'Ends' : 'Renews'}>
          <Day at={plan.periodEnd} />
          {!plan.cancelAtPeriodEnd && `, for ${inNumbers(plan.renewedUnits)}`}
        </Fact>
      </dl>
      {children !== null && (
        <div className="flex flex-wrap items-center justify-end gap-2 border-t border-line px-5 py-4">
          {children}
        </div>
      )}
    </Card>
  )
}

function State({ plan }: Readonly<{ plan: SubscriptionPlan }>) {
  if (plan.isPastDue) return <Badge tone="danger">Past due</Badge>
  if (plan.cancelAtPeriodEnd) return <Badge tone="caution">Cancelled</Badge>
  return plan.units > 0 ? <Badge tone="accent">Active</Badge> : <Badge>Being paid</Badge>
}

function Fact({ label, children }: Readonly<{ label: string; children: ReactNode }>) {
  return (
    <div className="min-w-0">
      <dt className="text-[0.8125rem] text-ink-soft">{label}</dt>
      <dd className="mt-0.5 font-medium tabular-nums">{children}</dd>
    </div>
  )
}

function Day({ at }: Readonly<{ at: Instant }>) {
  return <LocalTime at={at.toISOString()} detail="day" className="whitespace-nowrap" />
}

function inNumbers(count: number): string {
  return count === 1 ? '1 number' : `${count} numbers`
}

import { Phone } from 'lucide-react'
import type { Metadata } from 'next'
import { Suspense } from 'react'
import { CancelSubscription, ResumeSubscription } from '@/components/subscription/cancel-subscription'
import { ChangeInterval } from '@/components/subscription/change-interval'
import { PlanCard } from '@/components/subscription/plan-card'
import { Page } from '@/components/shell/page'
import { PageLink } from '@/components/shell/page-link'
import { buttonClass } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { Empty } from '@/components/ui/empty'
import { Skeleton } from '@/components/ui/skeleton'
import { listNumbers } from '@/lib/core/numbers/list-numbers'
import { getSubscriptionPlan, type SubscriptionPlan } from '@/lib/core/subscriptions/get-subscription-plan'
import { requireUser } from '@/lib/http/require-user'
import { cancel, change, preview, resume } from './actions'
import { LiveOffer } from './live-offer'

export const metadata: Metadata = { title: 'Subscription' }

export default async function SubscriptionPage() {
  const { ctx } = await requireUser()
  const [plan, numbers] = await Promise.all([getSubscriptionPlan(ctx), listNumbers(ctx)])
  const mayWrite = ctx.actor.kind === 'user' && ctx.actor.scopes.includes('billing:write')
  return (
    <Page title="Subscription" lead="A fixed price for each number instead of rent and use from the balance.">
      {plan !== null && <PlanCard plan={plan}>{mayWrite ? <Deeds plan={plan} /> : null}</PlanCard>}
      {plan === null && (
        <Card id="subscribe" title="Cover your numbers">
          {numbers.length === 0 ? (
            <Empty icon={Phone} title="No number to cover yet">
              <PageLink href="/numbers" className="font-medium text-ink underline underline-offset-2">
                Buy a number
              </PageLink>{' '}
              first; then it can be covered here.
            </Empty>
          ) : (
            <Suspense fallback={<OfferSkeleton />}>
              <LiveOffer ctx={ctx} mayWrite={mayWrite} />
            </Suspense>
          )}
        </Card>
      )}
      {plan !== null && (
        <p className="mt-4 text-[0.8125rem] text-ink-soft">
          A number bought now is covered at once for its share of the period.{' '}
          <PageLink href="/numbers" className={`${buttonClass('quiet', 'small')} -mx-1.5 underline`}>
            Numbers
          </PageLink>
        </p>
      )}
    </Page>
  )
}

function Deeds({ plan }: Readonly<{ plan: SubscriptionPlan }>) {
  const other = plan.interval === 'annual' ? 'monthly' : 'annual'
  return (
    <>
      {plan.cancelAtPeriodEnd ? (
        <ResumeSubscription resume={resume} />
      ) : (
        <CancelSubscription periodEnd={plan.periodEnd.toISOString()} cancel={cancel} />
      )}
      <ChangeInterval to={other} actions={{ preview, change }} />
    </>
  )
}

function OfferSkeleton() {
  return (
    <div className="flex flex-col gap-5 p-5">
      <p role="status" className="sr-only">
        Loading prices
      </p>
      <div className="grid gap-3 sm:grid-cols-2">
        <Skeleton className="h-29 w-full" />
        <Skeleton className="h-29 w-full" />
      </div>
      <Skeleton className="h-10 w-full" />
    </div>
  )
}

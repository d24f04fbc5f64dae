import type { Metadata } from 'next'
import { Suspense } from 'react'
import { AllowanceCard } from '@/components/billing/allowance-card'
import { BillingGrid } from '@/components/billing/billing-grid'
import { DepositsCard } from '@/components/billing/deposits-card'
import { NumbersCard } from '@/components/billing/numbers-card'
import { PaymentMethodsCard } from '@/components/billing/payment-methods-card'
import { PaymentTroubleNotice } from '@/components/billing/payment-trouble-notice'
import { RunningOutNotice } from '@/components/billing/running-out-notice'
import { UsageCard } from '@/components/billing/usage-card'
import { OpenPurchasesNotice } from '@/components/purchase/open-purchases-notice'
import { openPurchasesMark } from '@/components/purchase/open-purchases-mark'
import { WatchOpenPurchases } from '@/components/purchase/watch-open-purchases'
import { PlanLine } from '@/components/subscription/plan-line'
import { Page } from '@/components/shell/page'
import { RowsSkeleton } from '@/components/ui/card-skeleton'
import { Skeleton } from '@/components/ui/skeleton'
import { getAllowance } from '@/lib/core/allowance/get-allowance'
import { getPaymentTrouble } from '@/lib/core/disputes/get-payment-trouble'
import { listOpenPurchases } from '@/lib/core/purchases/list-open-purchases'
import { getRunningOut } from '@/lib/core/running-out/get-running-out'
import { getSubscriptionPlan } from '@/lib/core/subscriptions/get-subscription-plan'
import { getWallet } from '@/lib/core/wallets/get-wallet'
import { requireUser } from '@/lib/http/require-user'
import { readOpenPurchases } from '../actions'
import { LiveBalance } from './live-balance'
import { LiveNumberPrice, LivePaymentMethods } from './live-from-stripe'

export const metadata: Metadata = { title: 'Billing' }

/** Our own database's part at once; Stripe's part when Stripe has answered, each in its reserved place. */
export default async function BillingPage() {
  const { ctx, person } = await requireUser()
  const [wallet, runningOut, plan, allowance, openPurchases, trouble] = await Promise.all([
    getWallet(ctx),
    getRunningOut(ctx),
    getSubscriptionPlan(ctx),
    getAllowance(ctx),
    listOpenPurchases(ctx),
    getPaymentTrouble(ctx),
  ])
  const { balance, numbers, deposits, recentUsage } = wallet
  return (
    <Page title="Billing">
      <PaymentTroubleNotice {...trouble} />
      <RunningOutNotice {...runningOut} />
      <OpenPurchasesNotice
        purchases={openPurchases}
        mayPay={ctx.actor.kind === 'user' && ctx.actor.scopes.includes('billing:write')}
      />
      {openPurchases.length > 0 && ctx.actor.kind === 'user' && (
        <WatchOpenPurchases shown={openPurchasesMark(openPurchases)} read={readOpenPurchases} />
      )}
      <BillingGrid
        balance={
          <LiveBalance
            ctx={ctx}
            personId={person.id}
            balance={balance}
            deposits={deposits}
            isSubscribed={plan !== null}
          />
        }
        allowance={allowance === null ? null : <AllowanceCard allowance={allowance} />}
        paymentMethods={
          <PaymentMethodsCard>
            <Suspense fallback={<RowsSkeleton rows={2} />}>
              <LivePaymentMethods ctx={ctx} />
            </Suspense>
          </PaymentMethodsCard>
        }
        numbers={
          <NumbersCard
            numbers={numbers}
            price={
              plan === null ? (
                <Suspense fallback={<Skeleton className="my-0.5 h-4 w-72 max-w-full" />}>
                  <LiveNumberPrice ctx={ctx} />
                </Suspense>
              ) : (
                <PlanLine plan={plan} />
              )
            }
          />
        }
        deposits={<DepositsCard deposits={deposits} />}
        usage={<UsageCard usage={recentUsage} />}
      />
    </Page>
  )
}

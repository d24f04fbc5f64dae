import type { Metadata } from 'next'
import { Suspense } from 'react'
import { LiveNumberPrice, LivePaymentMethods } from '@/app/(dashboard)/billing/(home)/live-from-stripe'
import { AllowanceCard } from '@/components/billing/allowance-card'
import { BillingGrid } from '@/components/billing/billing-grid'
import { DepositsCard } from '@/components/billing/deposits-card'
import { NumbersCard } from '@/components/billing/numbers-card'
import { PaymentMethodsCard } from '@/components/billing/payment-methods-card'
import { RunningOutNotice } from '@/components/billing/running-out-notice'
import { UsageCard } from '@/components/billing/usage-card'
import { BalanceCard } from '@/components/console/balance-card'
import { OpenPurchasesNotice } from '@/components/purchase/open-purchases-notice'
import { Page } from '@/components/shell/page'
import { PlanLine } from '@/components/subscription/plan-line'
import { LocalTime } from '@/components/time/local-time'
import { RowsSkeleton } from '@/components/ui/card-skeleton'
import { Skeleton } from '@/components/ui/skeleton'
import { getAllowance } from '@/lib/core/allowance/get-allowance'
import type { Context } from '@/lib/core/context'
import { listOpenPurchases } from '@/lib/core/purchases/list-open-purchases'
import { getRunningOut } from '@/lib/core/running-out/get-running-out'
import { getSubscriptionPlan, type SubscriptionPlan } from '@/lib/core/subscriptions/get-subscription-plan'
import { getWallet } from '@/lib/core/wallets/get-wallet'
import { readerOf, requireStaffAccount } from '@/lib/http/require-staff'

export const metadata: Metadata = { title: 'Overview' }

type Props = Readonly<{ params: Promise<{ accountId: string }> }>

/** The billing page of the account's own people, without what they can do on it. */
export default async function AccountPage({ params }: Props) {
  const { ctx, account } = await requireStaffAccount(params)
  const { id, createdAt } = account
  const reader = await readerOf(ctx, id)
  const [wallet, runningOut, plan, allowance, purchases] = await Promise.all([
    getWallet(reader),
    getRunningOut(reader),
    getSubscriptionPlan(reader),
    getAllowance(reader),
    listOpenPurchases(reader),
  ])
  return (
    <Page
      title="Overview"
      lead={
        <>
          What its people see on their billing page. Opened on{' '}
          <LocalTime at={createdAt.toISOString()} detail="day" />.
        </>
      }
    >
      <RunningOutNotice {...runningOut} />
      <OpenPurchasesNotice purchases={purchases} mayPay={false} />
      <BillingGrid
        balance={<BalanceCard balance={wallet.balance} />}
        allowance={allowance === null ? null : <AllowanceCard allowance={allowance} />}
        paymentMethods={
          <PaymentMethodsCard isOwn={false}>
            <Suspense fallback={<RowsSkeleton rows={2} />}>
              <LivePaymentMethods ctx={reader} />
            </Suspense>
          </PaymentMethodsCard>
        }
        numbers={<NumbersCard numbers={wallet.numbers} price={<Price reader={reader} plan={plan} />} />}
        deposits={
          <DepositsCard deposits={wallet.deposits} invoicesPath={`/admin/accounts/${String(id)}/invoices`} />
        }
        usage={<UsageCard usage={wallet.recentUsage} />}
      />
    </Page>
  )
}

function Price({ reader, plan }: Readonly<{ reader: Context; plan: SubscriptionPlan | null }>) {
  if (plan !== null) return <PlanLine plan={plan} isOwn={false} />
  return (
    <Suspense fallback={<Skeleton className="my-0.5 h-4 w-72 max-w-full" />}>
      <LiveNumberPrice ctx={reader} />
    </Suspense>
  )
}

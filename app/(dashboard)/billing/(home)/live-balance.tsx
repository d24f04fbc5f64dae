import { Suspense } from 'react'
import { BalancePanel } from '@/components/top-up/balance-panel'
import { Skeleton } from '@/components/ui/skeleton'
import type { Context } from '@/lib/core/context'
import type { Deposit } from '@/lib/core/wallets/read-billing'
import { env } from '@/lib/env'
import type { Money } from '@/lib/kit/money'
import { readWallet, settlePayments } from '../actions'
import { LiveQuickPurchase } from './live-quick-purchase'

type Props = Readonly<{
  ctx: Context
  personId: string
  balance: Money
  deposits: readonly Deposit[]
  isSubscribed: boolean
}>

/** The balance, with the way to raise it for those who may. */
export function LiveBalance({ ctx, personId, balance, deposits, isSubscribed }: Props) {
  const { STRIPE_PUBLISHABLE_KEY, STRIPE_JS_URL } = env()
  const mayPay = ctx.actor.kind === 'user' && ctx.actor.scopes.includes('billing:write')
  return (
    <BalancePanel
      balance={balance}
      knownInvoices={deposits.flatMap((deposit) => deposit.invoiceId ?? [])}
      payer={personId}
      mayPay={mayPay}
      isSubscribed={isSubscribed}
      stripe={{ publishableKey: STRIPE_PUBLISHABLE_KEY, scriptUrl: STRIPE_JS_URL ?? null }}
      actions={{ readWallet, settlePayments }}
      quickPurchase={
        mayPay && !isSubscribed ? (
          <Suspense fallback={<Skeleton className="h-8 w-64 max-w-full" />}>
            <LiveQuickPurchase ctx={ctx} balance={balance} />
          </Suspense>
        ) : null
      }
    />
  )
}

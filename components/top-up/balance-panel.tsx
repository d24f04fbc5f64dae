'use client'

import { Plus } from 'lucide-react'
import { useCallback, type ReactNode } from 'react'
import { BalanceAmount } from '@/components/money/balance-amount'
import { Button } from '@/components/ui/button'
import { Icon } from '@/components/ui/icon'
import type { Money } from '@/lib/kit/money'
import { CheckoutDialog } from './checkout-dialog'
import { PaymentStatus } from './payment-status'
import { useCheckout, type StripeSource } from './use-checkout'
import { usePendingPayment, type PaymentActions, type Progress } from './use-pending-payment'

type Props = Readonly<{
  balance: Money
  /** Invoices of the card deposits that the page shows. */
  knownInvoices: readonly string[]
  /** Tells whose payment a remembered one is. */
  payer: string
  mayPay: boolean
  /** While it is, credits cannot be bought: nothing is drawn from the balance. */
  isSubscribed: boolean
  stripe: StripeSource
  actions: PaymentActions
  /** How to pay with a saved card, which comes late: its place is kept. Null where nobody may. */
  quickPurchase: ReactNode
}>

/** The balance and the way to raise it. A payment made here shows on it by itself, before the page is re-read. */
export function BalancePanel({
  balance,
  knownInvoices,
  payer,
  mayPay,
  isSubscribed,
  stripe,
  actions,
  quickPurchase,
}: Props) {
  const { progress, paid, abandoned } = usePendingPayment(payer, knownInvoices, actions)
  const lastPayment = progress.kind === 'credited' ? progress.credited.invoiceId : null
  const { checkout, open, close, finish } = useCheckout('credits', stripe, lastPayment)

  const complete = useCallback(() => {
    finish()
    paid()
  }, [finish, paid])

  function dismiss() {
    if (checkout.kind === 'ready') abandoned()
    close()
  }

  return (
    <section
      aria-labelledby="balance"
      className="flex min-w-0 flex-col rounded-xl border border-line bg-surface shadow-card"
    >
      <div className="flex flex-1 flex-col gap-4 p-5 pb-4">
        <div className="flex flex-col gap-4 sm:flex-row sm:items-start sm:justify-between">
          <div>
            <h2 id="balance" className="mb-1 text-sm font-semibold">
              Balance
            </h2>
            <BalanceAmount money={newest(balance, knownInvoices, progress)} />
          </div>
          {mayPay && (
            <Button
              look="primary"
              onClick={open}
              pending={checkout.kind === 'opening'}
              disabled={isSubscribed}
              aria-describedby="balance-use"
              aria-haspopup="dialog"
            >
              <Icon of={Plus} />
              Add credits
            </Button>
          )}
        </div>
        {quickPurchase !== null && (
          <div className="flex min-h-10 items-center text-[0.8125rem] text-ink-soft">{quickPurchase}</div>
        )}
        <PaymentStatus progress={progress} />
      </div>
      <p id="balance-use" className="border-t border-line px-5 py-3 text-[0.8125rem] text-ink-soft">
        {whatItPays(mayPay, isSubscribed)}
      </p>
      <CheckoutDialog
        purpose="credits"
        checkout={checkout}
        onRetry={open}
        onComplete={complete}
        onClose={dismiss}
      />
    </section>
  )
}

function whatItPays(mayPay: boolean, isSubscribed: boolean): string {
  if (isSubscribed) {
    return 'Your subscription covers your numbers, so credits cannot be added now. The balance waits until it ends.'
  }
  return mayPay
    ? 'Calls, messages and the rent of numbers are paid from here.'
    : 'You may look at billing. An owner of the account can add credits.'
}

/** What the payment's own watch read, until the page itself has been re-read and lists the deposit. */
function newest(balance: Money, knownInvoices: readonly string[], progress: Progress): Money {
  if (progress.kind !== 'credited' || knownInvoices.includes(progress.credited.invoiceId)) return balance
  return progress.credited.balance
}

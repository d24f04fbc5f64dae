'use client'

import { Plus } from 'lucide-react'
import { useCallback } from 'react'
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
  /** Tells whose payment a remembered one is. */
  accountKey: string
  /** Invoices of the card deposits that the page shows. */
  knownInvoices: readonly string[]
  stripe: StripeSource
  actions: PaymentActions
}>

/** The balance and the way to raise it. A payment made here shows on it by itself, before the page is re-read. */
export function BalancePanel({ balance, accountKey, knownInvoices, stripe, actions }: Props) {
  const { checkout, open, close } = useCheckout(stripe)
  const { progress, paid, abandoned } = usePendingPayment(accountKey, knownInvoices, actions)

  const complete = useCallback(() => {
    close()
    paid()
  }, [close, paid])

  function dismiss() {
    if (checkout.kind === 'ready') abandoned()
    close()
  }

  return (
    <div className="flex flex-col gap-4 p-5">
      <div className="flex flex-col gap-4 sm:flex-row sm:items-start sm:justify-between">
        <BalanceAmount money={newest(balance, knownInvoices, progress)} />
        <Button look="primary" onClick={open} pending={checkout.kind === 'opening'} aria-haspopup="dialog">
          <Icon of={Plus} />
          Add credits
        </Button>
      </div>
      <PaymentStatus progress={progress} />
      <CheckoutDialog checkout={checkout} onRetry={open} onComplete={complete} onClose={dismiss} />
    </div>
  )
}

/** What the payment's own watch read, until the page itself has been re-read and lists the deposit. */
function newest(balance: Money, knownInvoices: readonly string[], progress: Progress): Money {
  if (progress.kind !== 'credited' || knownInvoices.includes(progress.credited.invoiceId)) return balance
  return progress.credited.balance
}

import { useRouter } from 'next/navigation'
import { useCallback, useEffect, useRef, useState } from 'react'
import { forgetPayment, recallPayment, rememberPayment } from './pending-payment'
import { watchDeposits, type Credited, type WalletNow } from './watch-deposits'

export type Progress =
  | Readonly<{ kind: 'idle' }>
  | Readonly<{ kind: 'updating' | 'slow' | 'late' }>
  | Readonly<{ kind: 'credited'; credited: Credited }>

/** What the page does about a payment, as server actions: both read or settle, neither charges. */
export type PaymentActions = Readonly<{
  readWallet: () => Promise<WalletNow | null>
  /** Books what was paid if the webhook has not done so yet. */
  settlePayments: () => Promise<void>
}>

/**
 * Follows a payment from "paid" to "on the balance", also over a reload of the tab, and re-reads the page once it
 * is there. `quiet` follows without a word: for a Checkout that was closed without being completed.
 */
export function usePendingPayment(payer: string, knownInvoices: readonly string[], actions: PaymentActions) {
  const router = useRouter()
  const [progress, setProgress] = useState<Progress>({ kind: 'idle' })
  const running = useRef<AbortController>(null)
  const seen = useRef<string[]>([])

  const follow = useCallback(
    async (known: readonly string[], quiet: boolean) => {
      running.current?.abort()
      const { signal } = (running.current = new AbortController())
      const show = (next: Progress) => signal.aborted || setProgress(next)
      if (!quiet) show({ kind: 'updating' })
      const settle = () => void actions.settlePayments().catch(() => undefined)
      settle()
      const credited = await watchDeposits({
        known: new Set([...known, ...seen.current]),
        read: actions.readWallet,
        wait: (milliseconds) => pause(milliseconds, signal),
        giveUpAfterMs: quiet ? 10_000 : 180_000,
        onSlow: () => {
          // The first time may have come too early, or too soon after another page's.
          settle()
          if (!quiet) show({ kind: 'slow' })
        },
      }).catch(() => undefined)
      if (signal.aborted || credited === undefined) return
      if (credited === null) return quiet || show({ kind: 'late' })
      seen.current.push(credited.invoiceId)
      forgetPayment()
      show({ kind: 'credited', credited })
      router.refresh()
    },
    [actions, router],
  )

  useEffect(() => {
    const remembered = recallPayment(payer, Date.now())
    if (remembered !== null) void follow(remembered.known, false)
    return () => running.current?.abort()
  }, [payer, follow])

  const paid = useCallback(() => {
    rememberPayment({ payer, known: knownInvoices, paidAt: Date.now() })
    void follow(knownInvoices, false)
  }, [payer, follow, knownInvoices])

  const abandoned = useCallback(() => void follow(knownInvoices, true), [follow, knownInvoices])

  return { progress, paid, abandoned }
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, milliseconds)
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      reject(new Error('No longer followed'))
    })
  })
}

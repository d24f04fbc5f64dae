'use client'

import { Zap } from 'lucide-react'
import { lazy, Suspense, useRef, useState } from 'react'
import { MethodTitle } from '@/components/payment-methods/method-words'
import type { PaymentMethodView } from '@/components/payment-methods/payment-method-view'
import { newIdempotencyKey } from '@/components/top-up/new-idempotency-key'
import { Button } from '@/components/ui/button'
import { Icon } from '@/components/ui/icon'
import type { Money } from '@/lib/kit/money'
import type { BuyCredits } from './views'

/** Loaded when someone reaches for the button: most visits buy nothing. */
const loadDialog = () => import('./purchase-dialog')
const PurchaseDialog = lazy(loadDialog)
const preloadDialog = () => void loadDialog().catch(() => {})

type Props = Readonly<{
  /** Those that can be charged, the default first; not empty. */
  methods: readonly [PaymentMethodView, ...PaymentMethodView[]]
  balance: Money
  buy: BuyCredits
}>

/**
 * Adds credits with a saved card, without Checkout. One purchase at a time: the form may be closed while it is charged,
 * and opening it again shows the same one.
 */
export function QuickPurchase({ methods, balance, buy }: Props) {
  const [purchaseKey, setPurchaseKey] = useState<string | null>(null)
  const [open, setOpen] = useState(false)
  const isOver = useRef(true)

  function begin() {
    if (isOver.current) setPurchaseKey(newIdempotencyKey())
    isOver.current = false
    setOpen(true)
  }

  // The dialog stays, so that it can give the focus back to what opened it.
  function close(endsPurchase: boolean) {
    isOver.current = endsPurchase
    setOpen(false)
  }

  return (
    <>
      <Button
        size="small"
        onClick={begin}
        onPointerEnter={preloadDialog}
        onFocus={preloadDialog}
        aria-haspopup="dialog"
        className="max-w-full"
      >
        <Icon of={Zap} />
        <span>
          Add $25 with <MethodTitle method={methods[0]} />
        </span>
      </Button>
      {purchaseKey !== null && (
        <Suspense>
          <PurchaseDialog
            key={purchaseKey}
            open={open}
            purchaseKey={purchaseKey}
            methods={methods}
            balance={balance}
            buy={buy}
            onClose={close}
          />
        </Suspense>
      )}
    </>
  )
}

'use client'

import { unstable_rethrow } from 'next/navigation'
import { useActionState } from 'react'
import type { PaymentMethodView } from '@/components/payment-methods/payment-method-view'
import { Dialog } from '@/components/ui/dialog'
import type { Money } from '@/lib/kit/money'
import { PurchaseForm } from './purchase-form'
import { PurchaseOutcome } from './purchase-outcome'
import type { BuyCredits, PurchaseState } from './views'

type Props = Readonly<{
  open: boolean
  purchaseKey: string
  methods: readonly [PaymentMethodView, ...PaymentMethodView[]]
  balance: Money
  buy: BuyCredits
  /** `endsPurchase`: the next opening is another purchase. */
  onClose: (endsPurchase: boolean) => void
}>

const UNREACHABLE = 'The server could not be reached. It is paid once or not at all; look again in a moment.'
const ASKING: PurchaseState = { kind: 'asking', message: null, amountErrors: [], nextKey: null }

/** One purchase, from the question to its end. What is under way goes on while it is closed. */
export default function PurchaseDialog({ open, purchaseKey, methods, balance, buy, onClose }: Props) {
  const [state, submit, pending] = useActionState(
    (previous: PurchaseState, form: FormData) => ask(buy, previous, form),
    ASKING,
  )
  const endsPurchase = !pending && (state.kind === 'bought' || state.kind === 'confirm')
  const close = () => onClose(endsPurchase)
  return (
    <Dialog open={open} title="Add credits" onClose={close}>
      {state.kind === 'asking' || state.kind === 'pending' ? (
        <PurchaseForm
          state={state}
          submit={submit}
          pending={pending}
          purchaseKey={(state.kind === 'asking' ? state.nextKey : null) ?? purchaseKey}
          methods={methods}
          balance={balance}
          onCancel={close}
        />
      ) : (
        <PurchaseOutcome outcome={state} onDone={close} />
      )}
    </Dialog>
  )
}

/** Where no answer comes, it may be paid all the same: the form stays, and asks again about the same purchase. */
async function ask(buy: BuyCredits, previous: PurchaseState, form: FormData): Promise<PurchaseState> {
  try {
    return await buy(previous, form)
  } catch (error) {
    unstable_rethrow(error)
    return { kind: 'pending', message: UNREACHABLE }
  }
}

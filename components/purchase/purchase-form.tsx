'use client'

import { useState } from 'react'
import { readDollars } from '@/components/money/read-dollars'
import { methodName } from '@/components/payment-methods/method-words'
import type { PaymentMethodView } from '@/components/payment-methods/payment-method-view'
import { Alert } from '@/components/ui/alert'
import { Button } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import type { Money } from '@/lib/kit/money'
import { moneyString } from '@/lib/kit/money-text'
import { MethodChoice } from './method-choice'
import { PurchaseSummary } from './purchase-summary'
import type { PurchaseState } from './views'

type Props = Readonly<{
  state: Extract<PurchaseState, { kind: 'asking' | 'pending' }>
  submit: (form: FormData) => void
  pending: boolean
  purchaseKey: string
  methods: readonly [PaymentMethodView, ...PaymentMethodView[]]
  balance: Money
  onCancel: () => void
}>

const USUAL = '25.00'

/**
 * Asks for amount and card, says what is charged and what the balance will be, and charges at one press. A purchase whose
 * end is not known can only be asked about again, as it was.
 */
export function PurchaseForm({ state, submit, pending, purchaseKey, methods, balance, onCancel }: Props) {
  const [typed, setTyped] = useState(USUAL)
  const [methodId, setMethodId] = useState(methods[0].id)
  const amount = readDollars(typed)
  const method = methods.find(({ id }) => id === methodId) ?? methods[0]
  const isSettling = state.kind === 'pending'
  const isFixed = isSettling || pending
  return (
    <form action={submit} className="flex flex-col gap-5">
      {isSettling && (
        <Alert live tone="caution" title="Not confirmed yet">
          {state.message}
        </Alert>
      )}
      {!isSettling && state.message !== null && (
        <Alert live tone="danger" title={state.message}>
          Nothing was charged.
        </Alert>
      )}
      <input type="hidden" name="key" value={purchaseKey} />
      <input type="hidden" name="paymentMethodId" value={method.id} />
      <Field
        name="amount"
        label="Amount in dollars"
        inputMode="decimal"
        autoComplete="off"
        maxLength={12}
        data-initial-focus
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        readOnly={isFixed}
        errors={isSettling ? [] : state.amountErrors}
      />
      {methods.length > 1 && (
        <MethodChoice methods={methods} chosenId={method.id} onChoose={setMethodId} disabled={isFixed} />
      )}
      <PurchaseSummary amount={amount} balance={balance} methodName={methodName(method)} />
      <div className="flex justify-end gap-2">
        <Button onClick={onCancel}>{isSettling ? 'Close' : 'Cancel'}</Button>
        <Button look="primary" type="submit" pending={pending} disabled={amount === null}>
          {isSettling ? 'Look again' : `Pay ${amount === null ? '' : moneyString(amount)}`}
        </Button>
      </div>
    </form>
  )
}

'use client'

import { useActionState, useState } from 'react'
import { AdjustmentDone } from '@/components/adjustments/adjustment-done'
import { DollarField } from '@/components/money/dollar-field'
import { Alert } from '@/components/ui/alert'
import { Button } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import { refusalWords } from './payment-words'
import { RefundPreviewPanel } from './refund-preview'
import type { RefundAction, RefundState } from './views'

type Props = Readonly<{
  accountId: string
  invoiceId: string
  /** The form's own id: however often it is sent, it is one refund. */
  formId: string
  /** What may be refunded at most, as it is typed. */
  amountMax: string
  /** The page of the account's payments. */
  path: string
  refund: RefundAction
}>

/** Asks how much is refunded and why, shows what that will do, and has Stripe do it once that was confirmed. */
export function RefundForm({ accountId, invoiceId, formId, amountMax, path, refund }: Props) {
  // The page draws another id whenever it is rendered anew.
  const [id] = useState(formId)
  const [state, submit, pending] = useActionState<RefundState, FormData>(refund, {
    kind: 'asking',
    draft: { amount: amountMax, reason: '' },
    errors: {},
    message: null,
  })
  const [changed, setChanged] = useState<RefundState | null>(null)
  if (state.kind === 'ended' || state.kind === 'pending') return <RefundEnd state={state} path={path} />
  const isPreviewed = state.kind === 'previewed' && changed !== state
  return (
    <form action={submit} className="flex flex-col gap-5 p-5">
      <input type="hidden" name="id" value={id} />
      <input type="hidden" name="accountId" value={accountId} />
      <input type="hidden" name="invoiceId" value={invoiceId} />
      <input type="hidden" name="step" value={isPreviewed ? 'make' : 'preview'} />
      {isPreviewed ? (
        <RefundPreviewPanel state={state} pending={pending} onChange={() => setChanged(state)} />
      ) : (
        <Fields state={state} pending={pending} amountMax={amountMax} />
      )}
    </form>
  )
}

type EndProps = Readonly<{ state: Extract<RefundState, { kind: 'ended' | 'pending' }>; path: string }>

function RefundEnd({ state, path }: EndProps) {
  const { title, text } = endingOf(state)
  return (
    <AdjustmentDone title={title} href={path} link="To the payments">
      {text}
    </AdjustmentDone>
  )
}

function endingOf(state: EndProps['state']): Readonly<{ title: string; text: string }> {
  if (state.kind === 'pending') {
    return {
      title: 'It is on its way',
      text: 'Stripe has not answered yet. It is made once, and the page of the payment says so within a minute.',
    }
  }
  if (state.failureCode !== null) {
    return { title: 'It was not refunded', text: refusalWords(state.failureCode) }
  }
  return {
    title: 'The payment is refunded',
    text: 'Stripe gives the money back to the card, and the credit is taken back.',
  }
}

type FieldsProps = Readonly<{ state: RefundState; pending: boolean; amountMax: string }>

function Fields({ state, pending, amountMax }: FieldsProps) {
  const errors = state.kind === 'asking' ? state.errors : {}
  const message = state.kind === 'asking' ? state.message : null
  return (
    <>
      {message !== null && <Alert live tone="danger" title={message} />}
      <DollarField
        name="amount"
        label="Amount"
        hint={`In full or part: up to $${amountMax}.`}
        required
        defaultValue={state.draft.amount}
        errors={errors['amount'] ?? []}
      />
      <Field
        name="reason"
        label="Reason"
        hint="For the log, which staff read. The customer does not see it."
        required
        maxLength={500}
        autoComplete="off"
        defaultValue={state.draft.reason}
        errors={errors['reason'] ?? []}
      />
      <div className="flex justify-end">
        <Button look="primary" type="submit" pending={pending}>
          Preview
        </Button>
      </div>
    </>
  )
}

'use client'

import { useActionState, useState } from 'react'
import { DollarField } from '@/components/money/dollar-field'
import { Alert } from '@/components/ui/alert'
import { Button } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import { SelectField } from '@/components/ui/select-field'
import { AdjustmentDone } from './adjustment-done'
import { CATEGORY_WORDS } from './adjustment-words'
import { GrantPreview } from './grant-preview'
import type { GrantAction, GrantState } from './views'

type Props = Readonly<{
  accountId: string
  /** The form's own id: however often it is sent, it is one grant. */
  formId: string
  grant: GrantAction
}>

const UNTOUCHED: GrantState = {
  kind: 'asking',
  draft: { amount: '', category: 'promotional', expiresOn: '', reason: '' },
  errors: {},
  message: null,
}

const ENDINGS = {
  made: {
    title: 'The credit is granted',
    text: 'The customer sees it among their deposits, as added by staff.',
  },
  pending: {
    title: 'It waits for approval',
    text: 'A second person has seven days to approve it. Until then nothing is granted.',
  },
} as const

/** Asks what to grant, shows what it will do, and grants it once that was confirmed. */
export function GrantForm({ accountId, formId, grant }: Props) {
  // The page draws another id whenever it is rendered anew.
  const [id] = useState(formId)
  const [state, submit, pending] = useActionState(grant, UNTOUCHED)
  const [changed, setChanged] = useState<GrantState | null>(null)
  const href = `/admin/accounts/${accountId}/adjustments`

  if (state.kind === 'made' || state.kind === 'pending') {
    const { title, text } = ENDINGS[state.kind]
    return (
      <AdjustmentDone title={title} href={href} link="To the adjustments">
        {text}
      </AdjustmentDone>
    )
  }
  const isPreviewed = state.kind === 'previewed' && changed !== state
  return (
    <form action={submit} className="flex flex-col gap-5 p-5">
      <input type="hidden" name="id" value={id} />
      <input type="hidden" name="accountId" value={accountId} />
      <input type="hidden" name="step" value={isPreviewed ? 'make' : 'preview'} />
      {isPreviewed ? (
        <GrantPreview state={state} pending={pending} onChange={() => setChanged(state)} />
      ) : (
        <Fields state={state} pending={pending} />
      )}
    </form>
  )
}

type FieldsProps = Readonly<{ state: GrantState; pending: boolean }>

function Fields({ state, pending }: FieldsProps) {
  const { draft } = state
  const errors = state.kind === 'asking' ? state.errors : {}
  const message = state.kind === 'asking' ? state.message : null
  return (
    <>
      {message !== null && <Alert live tone="danger" title={message} />}
      <div className="grid gap-5 md:grid-cols-3">
        <DollarField
          name="amount"
          label="Amount"
          required
          defaultValue={draft.amount}
          errors={errors['amount'] ?? []}
        />
        <SelectField
          name="category"
          label="Category"
          hint="Promotional credit is spent first, and never taken by a refund."
          options={Object.entries(CATEGORY_WORDS).map(([value, text]) => ({ value, text }))}
          defaultValue={draft.category}
          errors={errors['category'] ?? []}
        />
        <Field
          name="expiresOn"
          label="Last day"
          type="date"
          hint="On which it can be spent, in UTC. Leave it empty for never."
          defaultValue={draft.expiresOn}
          errors={errors['expiresOn'] ?? []}
        />
      </div>
      <Field
        name="reason"
        label="Reason"
        hint="For the log, which staff read. The customer does not see it."
        required
        maxLength={500}
        autoComplete="off"
        defaultValue={draft.reason}
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

'use client'

import { useActionState, useState } from 'react'
import { Alert } from '@/components/ui/alert'
import { Button } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import type { UndoAction } from './views'

type Props = Readonly<{
  accountId: string
  postingId: string
  /** The form's own id: however often it is sent, it is one correction. */
  formId: string
  needsApproval: boolean
  undo: UndoAction
}>

/** Asks why a posting is undone, and undoes it. */
export function UndoForm({ accountId, postingId, formId, needsApproval, undo }: Props) {
  const [id] = useState(formId)
  const [state, submit, pending] = useActionState(undo, {
    reason: '',
    reasonErrors: [],
    message: null,
  })
  return (
    <form action={submit} className="flex flex-col gap-5 border-t border-line p-5">
      {state.message !== null && <Alert live tone="danger" title={state.message} />}
      <input type="hidden" name="id" value={id} />
      <input type="hidden" name="accountId" value={accountId} />
      <input type="hidden" name="postingId" value={postingId} />
      <Field
        name="reason"
        label="Reason"
        hint="For the log, which staff read. The customer does not see it."
        required
        maxLength={500}
        autoComplete="off"
        defaultValue={state.reason}
        errors={state.reasonErrors}
      />
      <div className="flex justify-end">
        <Button look="primary" type="submit" pending={pending}>
          {needsApproval ? 'Ask for approval' : 'Undo posting'}
        </Button>
      </div>
    </form>
  )
}

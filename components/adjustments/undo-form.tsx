'use client'

import { useActionState, useState } from 'react'
import { Alert } from '@/components/ui/alert'
import { Button } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import { AdjustmentDone } from './adjustment-done'
import type { UndoAction } from './views'

type Props = Readonly<{
  accountId: string
  postingId: string
  /** The form's own id: however often it is sent, it is one correction. */
  formId: string
  needsApproval: boolean
  undo: UndoAction
}>

const ENDINGS = {
  made: {
    title: 'The posting is undone',
    text: 'A reversing posting stands beside it; the customer sees it as a correction.',
  },
  pending: {
    title: 'It waits for approval',
    text: 'A second person has seven days to approve it. Until then nothing is undone.',
  },
} as const

/** Asks why a posting is undone, and undoes it. */
export function UndoForm({ accountId, postingId, formId, needsApproval, undo }: Props) {
  const [id] = useState(formId)
  const [state, submit, pending] = useActionState(undo, {
    kind: 'asking',
    reason: '',
    reasonErrors: [],
    message: null,
  })
  const href = `/admin/accounts/${accountId}/adjustments`
  if (state.kind !== 'asking') {
    const { title, text } = ENDINGS[state.kind]
    return (
      <AdjustmentDone title={title} href={href} link="To the adjustments">
        {text}
      </AdjustmentDone>
    )
  }
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

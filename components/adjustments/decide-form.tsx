'use client'

import { useActionState } from 'react'
import { Alert } from '@/components/ui/alert'
import { Button } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import type { DecideAction } from './views'

type Props = Readonly<{
  id: string
  /** Who asked may only take it back, and what cannot be made now may only be declined. */
  choice: 'decide' | 'decline' | 'withdraw'
  decide: DecideAction
}>

/** The second person's word, or, for who asked, the way to take it back. */
export function DecideForm({ id, choice, decide }: Props) {
  const [state, submit, pending] = useActionState(decide, { note: '', noteErrors: [], message: null })
  return (
    <form action={submit} className="flex flex-col gap-5 border-t border-line p-5">
      {state.message !== null && <Alert live tone="danger" title={state.message} />}
      {choice === 'withdraw' && (
        <Alert tone="note" title="You asked for this">
          Someone else has to approve it. You can take it back.
        </Alert>
      )}
      <input type="hidden" name="id" value={id} />
      <Field
        name="note"
        label="Note"
        hint="For the log, if there is something to say."
        maxLength={500}
        autoComplete="off"
        defaultValue={state.note}
        errors={state.noteErrors}
      />
      <div className="flex justify-end gap-2">
        <Button look="danger" type="submit" name="word" value="decline" pending={pending}>
          {choice === 'withdraw' ? 'Withdraw' : 'Decline'}
        </Button>
        {choice === 'decide' && (
          <Button look="primary" type="submit" name="word" value="approve" pending={pending}>
            Approve
          </Button>
        )}
      </div>
    </form>
  )
}

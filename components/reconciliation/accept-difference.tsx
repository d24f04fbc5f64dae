'use client'

import { useActionState, useState } from 'react'
import { Alert } from '@/components/ui/alert'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'

export type AcceptState = Readonly<{ message: string | null; noteErrors: readonly string[]; note: string }>

export type AcceptAction = (state: AcceptState, form: FormData) => Promise<AcceptState>

type Props = Readonly<{ id: string; objectId: string; accept: AcceptAction }>

const ASKING: AcceptState = { message: null, noteErrors: [], note: '' }

/** Asks why a difference may stay as it is. Once it is accepted, its row is gone from the list. */
export function AcceptDifference({ id, objectId, accept }: Props) {
  const [open, setOpen] = useState(false)
  return (
    <>
      <Button size="small" onClick={() => setOpen(true)} aria-haspopup="dialog">
        Accept
        <span className="sr-only"> the difference of {objectId}</span>
      </Button>
      <Dialog open={open} title="Accept this difference?" onClose={() => setOpen(false)}>
        <AcceptForm {...{ id, accept }} onCancel={() => setOpen(false)} />
      </Dialog>
    </>
  )
}

function AcceptForm({
  id,
  accept,
  onCancel,
}: Readonly<{ id: string; accept: AcceptAction; onCancel: () => void }>) {
  const [state, submit, pending] = useActionState(accept, ASKING)
  return (
    <form action={submit} className="flex flex-col gap-5 text-left whitespace-normal">
      {state.message !== null && <Alert live tone="danger" title={state.message} />}
      <p className="text-ink-soft">
        It counts as settled, and is told again only if its amounts change. No money is moved.
      </p>
      <input type="hidden" name="id" value={id} />
      <Field
        name="note"
        label="Why it may stay"
        hint="Kept with it, and in the audit log."
        autoComplete="off"
        data-initial-focus
        required
        minLength={10}
        maxLength={500}
        defaultValue={state.note}
        errors={state.noteErrors}
      />
      <div className="flex justify-end gap-2">
        <Button onClick={onCancel}>Cancel</Button>
        <Button look="primary" type="submit" pending={pending}>
          Accept
        </Button>
      </div>
    </form>
  )
}

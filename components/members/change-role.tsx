'use client'

import { useActionState, useEffect, useState } from 'react'
import { Alert } from '@/components/ui/alert'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { RoleChoice } from './role-choice'
import type { MemberView } from './views'

export type ChangeState = Readonly<{ done: boolean; message: string | null }>

export type ChangeRoleAction = (state: ChangeState, form: FormData) => Promise<ChangeState>

type Props = Readonly<{ member: MemberView; change: ChangeRoleAction }>

export function ChangeRole({ member, change }: Props) {
  const [open, setOpen] = useState(false)
  return (
    <>
      <Button size="small" onClick={() => setOpen(true)} aria-haspopup="dialog">
        Change role<span className="sr-only"> of {member.email}</span>
      </Button>
      <Dialog open={open} title="Change role" onClose={() => setOpen(false)}>
        <ChangeRoleForm member={member} change={change} onDone={() => setOpen(false)} />
      </Dialog>
    </>
  )
}

function ChangeRoleForm({ member, change, onDone }: Props & Readonly<{ onDone: () => void }>) {
  const [state, submit, pending] = useActionState(change, { done: false, message: null })

  useEffect(() => {
    if (state.done) onDone()
  }, [state.done, onDone])

  return (
    <form action={submit} className="flex flex-col gap-5">
      <p className="text-ink-soft">
        What <strong className="font-medium break-words text-ink">{member.name ?? member.email}</strong> may
        do here, from their next click on.
      </p>
      {state.message !== null && <Alert live tone="danger" title={state.message} />}
      <input type="hidden" name="userId" value={member.userId} />
      <RoleChoice chosen={member.role} />
      <div className="flex justify-end gap-2">
        <Button data-initial-focus onClick={onDone}>
          Cancel
        </Button>
        <Button look="primary" type="submit" pending={pending}>
          Change role
        </Button>
      </div>
    </form>
  )
}

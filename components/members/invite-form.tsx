'use client'

import { useActionState } from 'react'
import { Alert } from '@/components/ui/alert'
import { Button } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import { RoleChoice } from './role-choice'
import type { RoleView } from './views'

export type InviteState =
  | Readonly<{
      kind: 'asking'
      email: string
      role: RoleView
      emailErrors: readonly string[]
      /** What is wrong with the whole, or null. */
      message: string | null
    }>
  | Readonly<{ kind: 'sent'; email: string }>

export type InviteAction = (state: InviteState, form: FormData) => Promise<InviteState>

type Props = Readonly<{ invite: InviteAction; onDone: () => void }>

const ASKING: InviteState = { kind: 'asking', email: '', role: 'billing', emailErrors: [], message: null }

export function InviteForm({ invite, onDone }: Props) {
  const [state, submit, pending] = useActionState(invite, ASKING)
  if (state.kind === 'sent') return <Sent email={state.email} onDone={onDone} />
  return (
    <form action={submit} className="flex flex-col gap-5">
      {state.message !== null && <Alert live tone="danger" title={state.message} />}
      <Field
        name="email"
        label="E-mail"
        type="email"
        hint="Only someone who reads mail at this address can accept."
        autoComplete="off"
        data-initial-focus
        required
        maxLength={254}
        defaultValue={state.email}
        errors={state.emailErrors}
      />
      <RoleChoice chosen={state.role} />
      <div className="flex justify-end gap-2">
        <Button onClick={onDone}>Cancel</Button>
        <Button look="primary" type="submit" pending={pending}>
          Send invitation
        </Button>
      </div>
    </form>
  )
}

function Sent({ email, onDone }: Readonly<{ email: string; onDone: () => void }>) {
  return (
    <div className="flex flex-col gap-5">
      <Alert live tone="note" title="The invitation is on its way">
        <span className="break-words">{email}</span> gets a link that works once, for seven days.
      </Alert>
      <div className="flex justify-end">
        <Button look="primary" onClick={onDone} autoFocus>
          Done
        </Button>
      </div>
    </div>
  )
}

'use client'

import { useActionState } from 'react'
import { Alert } from '@/components/ui/alert'
import { Button } from '@/components/ui/button'
import { Field } from '@/components/ui/field'

export type StartState = Readonly<{
  reason: string
  reasonErrors: readonly string[]
  /** What is wrong with the whole, or null. */
  message: string | null
}>

export type StartAction = (state: StartState, form: FormData) => Promise<StartState>

type Props = Readonly<{ accountId: string; start: StartAction }>

/** Looks into the account, for a reason that its owner reads. */
export function StartImpersonation({ accountId, start }: Props) {
  const [state, submit, pending] = useActionState(start, { reason: '', reasonErrors: [], message: null })
  return (
    <form action={submit} className="flex flex-col gap-5 p-5">
      {state.message !== null && <Alert live tone="danger" title={state.message} />}
      <input type="hidden" name="accountId" value={accountId} />
      <Field
        name="reason"
        label="Reason"
        hint="The owner reads it, with everything you look at. You see what they see and change nothing, for 30 minutes at most."
        autoComplete="off"
        required
        minLength={10}
        maxLength={500}
        defaultValue={state.reason}
        errors={state.reasonErrors}
      />
      <div>
        <Button look="primary" type="submit" pending={pending}>
          Look into this account
        </Button>
      </div>
    </form>
  )
}

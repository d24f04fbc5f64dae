'use client'

import { useActionState } from 'react'
import { Alert } from '@/components/ui/alert'
import { Button } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import type { DismissAction } from './views'

type Props = Readonly<{ accountId: string; warningId: string; dismiss: DismissAction }>

/** Lets what a warning of fraud froze be used again, once someone has found it to be unfounded. */
export function DismissForm({ accountId, warningId, dismiss }: Props) {
  const [state, submit, pending] = useActionState(dismiss, { reason: '', reasonErrors: [], message: null })
  return (
    <form action={submit} className="flex flex-col gap-4 rounded-lg border border-line p-4">
      {state.message !== null && <Alert live tone="danger" title={state.message} />}
      <input type="hidden" name="accountId" value={accountId} />
      <input type="hidden" name="warningId" value={warningId} />
      <Field
        name="reason"
        label="Why the warning is unfounded"
        hint="What it froze is free again. Where the card was stolen, refund the payment instead."
        required
        maxLength={500}
        autoComplete="off"
        defaultValue={state.reason}
        errors={state.reasonErrors}
      />
      <div className="flex justify-end">
        <Button type="submit" pending={pending}>
          Dismiss the warning
        </Button>
      </div>
    </form>
  )
}

'use client'

import { useActionState } from 'react'
import { Alert } from '@/components/ui/alert'
import { Button } from '@/components/ui/button'

export type AdmitState = Readonly<{ message: string | null }>
export type AdmitAction = (state: AdmitState, form: FormData) => Promise<AdmitState>

/** `admit` is null for who may not decide it. */
type Props = Readonly<{ admitsStaff: boolean; admit: AdmitAction | null }>

/** Whether our staff may look into the account, and for its owner the switch. */
export function AdmitStaff({ admitsStaff, admit }: Props) {
  return (
    <div className="flex flex-col gap-4 p-5 sm:flex-row sm:items-center sm:justify-between">
      <div className="max-w-[60ch]">
        <p className="font-medium">
          {admitsStaff
            ? 'Our staff may look into this account'
            : 'Nobody of our staff may look into this account'}
        </p>
        <p className="text-ink-soft">
          {admitsStaff
            ? 'When you ask for help, they see these pages as you do, for 30 minutes at most. They can change nothing on them, and everything they look at is listed below.'
            : 'Should you ask for help, they cannot see these pages as you do.'}
        </p>
        <p className="mt-2 text-ink-soft">
          What they need to serve you, they see in a console of their own either way: books, payments, numbers
          and people.
        </p>
      </div>
      {admit !== null && <Switch {...{ admitsStaff, admit }} />}
    </div>
  )
}

function Switch({ admitsStaff, admit }: Readonly<{ admitsStaff: boolean; admit: AdmitAction }>) {
  const [state, submit, pending] = useActionState(admit, { message: null })
  return (
    <form action={submit} className="flex shrink-0 flex-col gap-2">
      <input type="hidden" name="admits" value={admitsStaff ? 'no' : 'yes'} />
      <Button type="submit" pending={pending}>
        {admitsStaff ? 'Let nobody in' : 'Let staff in'}
      </Button>
      {state.message !== null && <Alert live tone="danger" title={state.message} />}
    </form>
  )
}

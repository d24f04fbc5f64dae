'use client'

import { useActionState } from 'react'
import { Alert } from '@/components/ui/alert'
import { Button } from '@/components/ui/button'
import { Field } from '@/components/ui/field'

export type CredentialsState = Readonly<{
  /** What is wrong with the whole, or null. */
  message: string | null
  fieldErrors: Readonly<Record<string, readonly string[]>>
  /** What was typed, so that it need not be typed again; never the password. */
  email: string
}>

type Props = Readonly<{
  action: (state: CredentialsState, form: FormData) => Promise<CredentialsState>
  purpose: 'sign-in' | 'sign-up'
  /** Where to go afterwards; the action judges whether it may be gone to. */
  callbackUrl: string | null
  /** To begin with, or null. */
  email: string | null
}>

/** E-mail and password. It works before and without our script: the form posts to the action by itself. */
export function CredentialsForm({ action, purpose, callbackUrl, email }: Props) {
  const [state, submit, pending] = useActionState(action, {
    message: null,
    fieldErrors: {},
    email: email ?? '',
  })
  const isNew = purpose === 'sign-up'
  return (
    <form action={submit} className="flex flex-col gap-5">
      {state.message !== null && <Alert live tone="danger" title={state.message} />}
      {callbackUrl !== null && <input type="hidden" name="callbackUrl" value={callbackUrl} />}
      <Field
        name="email"
        label="E-mail"
        type="email"
        autoComplete="username"
        required
        maxLength={254}
        defaultValue={state.email}
        errors={state.fieldErrors['email'] ?? []}
      />
      <Field
        name="password"
        label="Password"
        type="password"
        autoComplete={isNew ? 'new-password' : 'current-password'}
        required
        {...(isNew ? { minLength: 10, hint: 'At least 10 characters.' } : {})}
        errors={state.fieldErrors['password'] ?? []}
      />
      <Button look="primary" type="submit" pending={pending} className="w-full">
        {isNew ? 'Create account' : 'Sign in'}
      </Button>
    </form>
  )
}

'use client'

import { useActionState, useEffect, useRef } from 'react'
import { Alert } from '@/components/ui/alert'
import { Button } from '@/components/ui/button'
import { CopyButton } from '@/components/ui/copy-button'
import { Field } from '@/components/ui/field'

export type CreateState =
  | Readonly<{ kind: 'asking'; name: string; message: string | null; nameErrors: readonly string[] }>
  | Readonly<{ kind: 'created'; key: string }>

export type CreateAction = (state: CreateState, form: FormData) => Promise<CreateState>

type Props = Readonly<{ create: CreateAction; onDone: () => void }>

const ASKING: CreateState = { kind: 'asking', name: '', message: null, nameErrors: [] }

export function CreateKeyForm({ create, onDone }: Props) {
  const [state, submit, pending] = useActionState(create, ASKING)
  if (state.kind === 'created') return <NewKey value={state.key} onDone={onDone} />
  return (
    <form action={submit} className="flex flex-col gap-5">
      {state.message !== null && <Alert live tone="danger" title={state.message} />}
      <Field
        name="name"
        label="Name"
        hint="What will use it, so that you know it again: “Billing export”."
        autoComplete="off"
        data-initial-focus
        required
        maxLength={100}
        defaultValue={state.name}
        errors={state.nameErrors}
      />
      <div className="flex justify-end gap-2">
        <Button onClick={onDone}>Cancel</Button>
        <Button look="primary" type="submit" pending={pending}>
          Create key
        </Button>
      </div>
    </form>
  )
}

/** The one time that the key is shown. */
function NewKey({ value, onDone }: Readonly<{ value: string; onDone: () => void }>) {
  const field = useRef<HTMLInputElement>(null)

  useEffect(() => {
    field.current?.focus()
    field.current?.select()
  }, [])

  return (
    <div className="flex flex-col gap-5">
      <Alert live tone="note" title="Copy the key now">
        It is not shown again. Whoever has it can read this account’s billing and pay.
      </Alert>
      <div className="flex items-center gap-2">
        <input
          ref={field}
          readOnly
          aria-label="Your new API key"
          value={value}
          className="h-10 min-w-0 flex-1 rounded-lg border border-line-strong bg-raised px-3 font-mono text-[0.8125rem]"
        />
        <CopyButton text={value} label="Copy the key" />
      </div>
      <div className="flex justify-end">
        <Button look="primary" onClick={onDone}>
          Done
        </Button>
      </div>
    </div>
  )
}

'use client'

import { useActionState } from 'react'
import { Alert } from '@/components/ui/alert'
import { Button } from '@/components/ui/button'
import { Field } from '@/components/ui/field'

/** `message` is what is wrong with the whole, or null. Once it is made, the page is another. */
export type NameState = Readonly<{ name: string; nameErrors: readonly string[]; message: string | null }>

export type CreateOrganisationAction = (state: NameState, form: FormData) => Promise<NameState>

type Props = Readonly<{ create: CreateOrganisationAction; onCancel: () => void }>

export function NewOrganisationForm({ create, onCancel }: Props) {
  const [state, submit, pending] = useActionState(create, { name: '', nameErrors: [], message: null })
  return (
    <form action={submit} className="flex flex-col gap-5">
      {state.message !== null && <Alert live tone="danger" title={state.message} />}
      <p className="text-ink-soft">
        It begins with an empty balance and no number. You are its owner, and can invite others.
      </p>
      <Field
        // Not the name of the page's own field: the two would share an id.
        name="newName"
        label="Name"
        autoComplete="organization"
        data-initial-focus
        required
        maxLength={100}
        defaultValue={state.name}
        errors={state.nameErrors}
      />
      <div className="flex justify-end gap-2">
        <Button onClick={onCancel}>Cancel</Button>
        <Button look="primary" type="submit" pending={pending}>
          Create organisation
        </Button>
      </div>
    </form>
  )
}

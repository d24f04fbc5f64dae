'use client'

import { useActionState, useState } from 'react'
import { Alert } from '@/components/ui/alert'
import { Button } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import { ABILITIES } from './ability-words'
import { NewToken } from './new-token'

export type CreateTokenState =
  | Readonly<{
      kind: 'asking'
      name: string
      nameErrors: readonly string[]
      /** What is wrong with the whole, or null. */
      message: string | null
    }>
  | Readonly<{ kind: 'created'; token: string }>

export type CreateTokenAction = (state: CreateTokenState, form: FormData) => Promise<CreateTokenState>

type Props = Readonly<{ create: CreateTokenAction; onDone: () => void }>

const ASKING: CreateTokenState = { kind: 'asking', name: '', nameErrors: [], message: null }

export function CreateTokenForm({ create, onDone }: Props) {
  const [state, submit, pending] = useActionState(create, ASKING)
  if (state.kind === 'created') return <NewToken value={state.token} onDone={onDone} />
  return (
    <form action={submit} className="flex flex-col gap-5">
      {state.message !== null && <Alert live tone="danger" title={state.message} />}
      <Field
        name="name"
        label="Name"
        hint="What will use it, so that you know it again: “Nightly report”."
        autoComplete="off"
        data-initial-focus
        required
        maxLength={255}
        defaultValue={state.name}
        errors={state.nameErrors}
      />
      <AbilityChoice />
      <div className="flex justify-end gap-2">
        <Button onClick={onDone}>Cancel</Button>
        <Button look="primary" type="submit" pending={pending}>
          Create token
        </Button>
      </div>
    </form>
  )
}

/** Everything, or only what is ticked. A token never may more than its person. */
function AbilityChoice() {
  const [confined, setConfined] = useState(false)
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-1.5 text-[0.8125rem] font-medium">What it may do</legend>
      <label className="flex items-center gap-3">
        <input
          type="radio"
          name="access"
          value="all"
          checked={!confined}
          onChange={() => setConfined(false)}
          className="size-4 shrink-0 accent-accent"
        />
        Everything that you may do, except making credentials
      </label>
      <label className="flex items-center gap-3">
        <input
          type="radio"
          name="access"
          value="some"
          checked={confined}
          onChange={() => setConfined(true)}
          className="size-4 shrink-0 accent-accent"
        />
        Only this
      </label>
      <div className="ml-7 grid gap-2 sm:grid-cols-2">
        {ABILITIES.map(([ability, words]) => (
          <label key={ability} className={`flex items-center gap-2 ${confined ? '' : 'opacity-50'}`}>
            <input
              type="checkbox"
              name={ability}
              disabled={!confined}
              defaultChecked={ability === 'billing:read'}
              className="size-4 shrink-0 accent-accent"
            />
            {words}
          </label>
        ))}
      </div>
    </fieldset>
  )
}

'use client'

import { useActionState } from 'react'
import { Alert } from '@/components/ui/alert'
import { Button } from '@/components/ui/button'
import { Field } from '@/components/ui/field'

export type OrganisationState =
  | Readonly<{ kind: 'asking' | 'saved'; name: string; slug: string }>
  | Readonly<{
      kind: 'refused'
      name: string
      slug: string
      errors: Readonly<Record<string, readonly string[]>>
      /** What is wrong with the whole, or null. */
      message: string | null
    }>

type Props = Readonly<{
  name: string
  slug: string
  save: (state: OrganisationState, form: FormData) => Promise<OrganisationState>
}>

export function OrganisationForm({ name, slug, save }: Props) {
  const [state, submit, pending] = useActionState(save, { kind: 'asking', name, slug })
  const errors = state.kind === 'refused' ? state.errors : {}
  return (
    <form action={submit} className="flex flex-col gap-5 p-5">
      {state.kind === 'refused' && state.message !== null && (
        <Alert live tone="danger" title={state.message} />
      )}
      <div className="grid gap-5 md:grid-cols-2">
        <Field
          name="name"
          label="Name"
          autoComplete="organization"
          required
          maxLength={100}
          defaultValue={state.name}
          errors={errors['name'] ?? []}
        />
        <Field
          name="slug"
          label="In addresses of the API"
          hint={`As in /api/v1/org/${slug}/credits. Programs that use an earlier one no longer find it.`}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          required
          maxLength={40}
          defaultValue={state.slug}
          errors={errors['slug'] ?? []}
        />
      </div>
      <div className="flex items-center justify-end gap-4">
        <p role="status" className="text-[0.8125rem] text-ink-soft">
          {state.kind === 'saved' && !pending && 'Saved.'}
        </p>
        <Button look="primary" type="submit" pending={pending}>
          Save
        </Button>
      </div>
    </form>
  )
}

'use server'

import { revalidatePath } from 'next/cache'
import { redirect } from 'next/navigation'
import { z } from 'zod'
import type { NameState } from '@/components/organisation/new-organisation-form'
import type { OrganisationState } from '@/components/organisation/organisation-form'
import { createOrganisation } from '@/lib/core/organisations/create-organisation'
import { organisationNameSchema } from '@/lib/core/organisations/organisation-name'
import { slugSchema } from '@/lib/core/organisations/slug'
import { switchOrganisation } from '@/lib/core/organisations/switch-organisation'
import { updateOrganisation } from '@/lib/core/organisations/update-organisation'
import { action, formFields } from '@/lib/http/action'
import { currentSessionHash } from '@/lib/http/session-hash'

const submitSwitch = action({
  scope: 'self:write',
  input: z.object({ slug: slugSchema }),
  handler: async (ctx, { slug }): Promise<void> => {
    await switchOrganisation(ctx, { slug, sessionHash: await currentSessionHash() })
    showAnew()
  },
  refused: ({ code, message }) => {
    // It is theirs no more: the page shows which are.
    if (code === 'not_found' || code === 'invalid_input') showAnew()
    throw new Error(message)
  },
})

const submitNew = action({
  scope: 'self:write',
  action: 'create-organisation',
  input: z.object({ newName: organisationNameSchema }),
  handler: async (ctx, { newName: name }): Promise<NameState> => {
    const { slug } = await createOrganisation(ctx, name)
    await switchOrganisation(ctx, { slug, sessionHash: await currentSessionHash() })
    return showAnew()
  },
  refused: (refusal, raw): NameState => {
    const name = z.object({ newName: z.string() }).safeParse(raw).data?.newName ?? ''
    const nameErrors = refusal.fields?.fieldErrors['newName'] ?? []
    return { name, nameErrors, message: nameErrors.length > 0 ? null : refusal.message }
  },
})

const submitNames = action({
  scope: 'members:write',
  input: z.object({ name: organisationNameSchema, slug: slugSchema }),
  handler: async (ctx, input): Promise<OrganisationState> => {
    await updateOrganisation(ctx, input)
    revalidatePath('/', 'layout')
    return { ...input, kind: 'saved' }
  },
  refused: (refusal, raw): OrganisationState => {
    const sent = z.object({ name: z.string(), slug: z.string() }).safeParse(raw).data
    const errors = refusal.fields?.fieldErrors ?? {}
    const message = Object.keys(errors).length > 0 ? null : refusal.message
    return { kind: 'refused', name: sent?.name ?? '', slug: sent?.slug ?? '', errors, message }
  },
})

/** From now on this browser acts for another organisation. Nothing of the one before is shown any more. */
function showAnew(): never {
  revalidatePath('/', 'layout')
  redirect('/billing')
}

export async function switchTo(form: FormData): Promise<void> {
  return submitSwitch(formFields(form))
}

export async function createNew(_state: NameState, form: FormData): Promise<NameState> {
  return submitNew(formFields(form))
}

export async function saveNames(_state: OrganisationState, form: FormData): Promise<OrganisationState> {
  return submitNames(formFields(form))
}

'use server'

import { revalidatePath } from 'next/cache'
import { redirect } from 'next/navigation'
import { z } from 'zod'
import { acceptInvitation } from '@/lib/core/members/accept-invitation'
import { switchOrganisation } from '@/lib/core/organisations/switch-organisation'
import { action, formFields } from '@/lib/http/action'
import { currentSessionHash } from '@/lib/http/session-hash'

const submitAcceptance = action({
  scope: 'self:write',
  input: z.object({ token: z.string().min(1).max(128) }),
  handler: async (ctx, { token }): Promise<string> => {
    const { slug } = await acceptInvitation(ctx, token)
    await switchOrganisation(ctx, { slug, sessionHash: await currentSessionHash() })
    revalidatePath('/', 'layout')
    redirect('/billing')
  },
  refused: ({ message }): string => message,
})

/** Joins and goes to the organisation, or says why not. */
export async function accept(_message: string | null, form: FormData): Promise<string | null> {
  return submitAcceptance(formFields(form))
}

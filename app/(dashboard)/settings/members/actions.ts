'use server'

import { revalidatePath } from 'next/cache'
import { redirect } from 'next/navigation'
import { z } from 'zod'
import type { ChangeState } from '@/components/members/change-role'
import type { InviteState } from '@/components/members/invite-form'
import { emailSchema } from '@/lib/core/accounts/email'
import { changeMemberRole } from '@/lib/core/members/change-member-role'
import { inviteMember } from '@/lib/core/members/invite-member'
import { leaveOrganisation } from '@/lib/core/members/leave-organisation'
import { removeMember } from '@/lib/core/members/remove-member'
import { revokeInvitation } from '@/lib/core/members/revoke-invitation'
import { action, formFields } from '@/lib/http/action'

const PAGE = '/settings/members'
const role = z.enum(['owner', 'billing', 'viewer'])
const invited = z.object({ email: emailSchema, role })

const submitInvitation = action({
  scope: 'members:write',
  action: 'invite',
  input: invited,
  handler: async (ctx, input): Promise<InviteState> => {
    await inviteMember(ctx, input)
    revalidatePath(PAGE)
    return { kind: 'sent', email: input.email }
  },
  refused: (refusal, raw): InviteState => {
    const sent = z.object({ email: z.string(), role }).safeParse(raw).data
    const emailErrors = refusal.fields?.fieldErrors['email'] ?? []
    return {
      kind: 'asking',
      email: sent?.email ?? '',
      role: sent?.role ?? 'billing',
      emailErrors,
      message: emailErrors.length > 0 ? null : refusal.message,
    }
  },
})

const submitResend = action({
  scope: 'members:write',
  action: 'invite',
  input: invited,
  handler: async (ctx, input): Promise<string | null> => {
    await inviteMember(ctx, input)
    revalidatePath(PAGE)
    return null
  },
  refused: ({ message }): string | null => message,
})

const submitRole = action({
  scope: 'members:write',
  input: z.object({ userId: z.uuid(), role }),
  handler: async (ctx, input): Promise<ChangeState> => {
    await changeMemberRole(ctx, input)
    revalidatePath(PAGE)
    return { done: true, message: null }
  },
  refused: ({ message }): ChangeState => ({ done: false, message }),
})

const submitRemoval = action({
  scope: 'members:write',
  input: z.uuid(),
  handler: async (ctx, userId): Promise<string | null> => {
    await removeMember(ctx, userId)
    revalidatePath(PAGE)
    return null
  },
  refused: ({ message }): string | null => message,
})

const submitLeaving = action({
  scope: 'self:write',
  input: z.null(),
  handler: async (ctx): Promise<string | null> => {
    await leaveOrganisation(ctx)
    revalidatePath('/', 'layout')
    redirect('/billing')
  },
  refused: ({ message }): string | null => message,
})

const submitRevocation = action({
  scope: 'members:write',
  input: z.string().max(64),
  handler: async (ctx, invitationId): Promise<string | null> => {
    await revokeInvitation(ctx, invitationId)
    revalidatePath(PAGE)
    return null
  },
  refused: ({ message }): string | null => message,
})

export async function invite(_state: InviteState, form: FormData): Promise<InviteState> {
  return submitInvitation(formFields(form))
}

/** Null once a new link is on its way, else why not. */
export async function resend(input: unknown): Promise<string | null> {
  return submitResend(input)
}

export async function changeRole(_state: ChangeState, form: FormData): Promise<ChangeState> {
  return submitRole(formFields(form))
}

export async function remove(userId: string): Promise<string | null> {
  return submitRemoval(userId)
}

/** Goes on to another organisation of the person's, or says why they stay. */
export async function leave(): Promise<string | null> {
  return submitLeaving(null)
}

export async function revoke(invitationId: string): Promise<string | null> {
  return submitRevocation(invitationId)
}

'use server'

import { revalidatePath } from 'next/cache'
import { z } from 'zod'
import type { CreateTokenState } from '@/components/access-tokens/create-token-form'
import {
  abilitiesSchema,
  createAccessToken,
  tokenNameSchema,
} from '@/lib/core/access-tokens/create-access-token'
import { createSessionToken } from '@/lib/core/access-tokens/create-session-token'
import { revokeAccessToken } from '@/lib/core/access-tokens/revoke-access-token'
import { env } from '@/lib/env'
import { action, formFields } from '@/lib/http/action'

const PAGE = '/settings/security'

/** A ticked box comes as a field of its own, named after the ability. */
const tokenForm = z
  .looseObject({ name: tokenNameSchema, access: z.enum(['all', 'some']) })
  .transform(({ name, access, ...rest }) => ({
    name,
    abilities: access === 'all' ? ['*'] : Object.keys(rest).filter((field) => rest[field] === 'on'),
  }))
  .pipe(z.object({ name: z.string(), abilities: abilitiesSchema }))

const submitToken = action({
  scope: 'self:write',
  action: 'create-token',
  input: tokenForm,
  handler: async (ctx, input): Promise<CreateTokenState> => {
    const { token } = await createAccessToken(ctx, { ...input, pepper: env().API_KEY_PEPPER })
    revalidatePath(PAGE)
    return { kind: 'created', token }
  },
  refused: (refusal, raw): CreateTokenState => {
    const name = z.object({ name: z.string() }).safeParse(raw).data?.name ?? ''
    const { name: nameErrors = [], abilities = [] } = refusal.fields?.fieldErrors ?? {}
    const message = abilities[0] ?? (nameErrors.length > 0 ? null : refusal.message)
    return { kind: 'asking', name, nameErrors, message }
  },
})

type Started = Readonly<{ token: string; message: null }> | Readonly<{ token: null; message: string }>

const submitSession = action({
  scope: 'self:write',
  action: 'create-token',
  input: z.null(),
  handler: async (ctx): Promise<Started> => {
    const made = { name: 'Made in the dashboard', pepper: env().API_KEY_PEPPER }
    const { token } = await createSessionToken(ctx, made)
    revalidatePath(PAGE)
    return { token, message: null }
  },
  refused: ({ message }): Started => ({ token: null, message }),
})

const submitRevocation = action({
  scope: 'self:write',
  input: z.string().regex(/^\d{1,19}$/),
  handler: async (ctx, tokenId): Promise<string | null> => {
    await revokeAccessToken(ctx, BigInt(tokenId))
    revalidatePath(PAGE)
    return null
  },
  refused: ({ message }): string | null => message,
})

/** Makes a personal token; the answer is the only place where it is ever shown. */
export async function createToken(_state: CreateTokenState, form: FormData): Promise<CreateTokenState> {
  return submitToken(formFields(form))
}

/** Makes a session token; shown as rarely. */
export async function startSession(): Promise<Started> {
  return submitSession(null)
}

/** Null when the token is revoked, else why not. */
export async function revokeToken(tokenId: string): Promise<string | null> {
  return submitRevocation(tokenId)
}

'use server'

import { revalidatePath } from 'next/cache'
import { z } from 'zod'
import type { CreateState } from '@/components/api-keys/create-key-form'
import { createApiKey, keyNameSchema } from '@/lib/core/api-keys/create-api-key'
import { revokeApiKey } from '@/lib/core/api-keys/revoke-api-key'
import { env } from '@/lib/env'
import { action, formFields } from '@/lib/http/action'

const submitNewKey = action({
  scope: 'keys:write',
  action: 'create-key',
  input: z.object({ name: keyNameSchema }),
  handler: async (ctx, { name }): Promise<CreateState> => {
    const { key } = await createApiKey(ctx, { name, pepper: env().API_KEY_PEPPER })
    revalidatePath('/settings/api-keys')
    return { kind: 'created', key }
  },
  refused: (refusal, raw): CreateState => {
    const name = z.object({ name: z.string() }).safeParse(raw).data?.name ?? ''
    const nameErrors = refusal.fields?.fieldErrors['name'] ?? []
    return { kind: 'asking', name, message: nameErrors.length > 0 ? null : refusal.message, nameErrors }
  },
})

const submitRevocation = action({
  scope: 'keys:write',
  input: z.string().max(64),
  handler: async (ctx, keyId): Promise<string | null> => {
    await revokeApiKey(ctx, keyId)
    revalidatePath('/settings/api-keys')
    return null
  },
  refused: (refusal): string | null => refusal.message,
})

/** Makes a key; the answer is the only place where it is ever shown. */
export async function createKey(_state: CreateState, form: FormData): Promise<CreateState> {
  return submitNewKey(formFields(form))
}

/** Null when the key is revoked, else why not. */
export async function revokeKey(keyId: string): Promise<string | null> {
  return submitRevocation(keyId)
}

import { z } from 'zod'
import { API_KEY_SCOPES, requireScope, type Scope } from '@/lib/core/actor'
import { auditCall } from '@/lib/core/audit/record-audit'
import type { Context } from '@/lib/core/context'
import { callDatabase } from '@/lib/db/call'
import { BillingError } from '@/lib/kit/errors'
import { newId } from '@/lib/kit/ids'
import { generateApiKey, hashApiKey, previewApiKey } from './key-codec'

/** How a person calls a key, to know it again. */
export const keyNameSchema = z
  .string('Give the key a name')
  .trim()
  .min(1, 'Give the key a name')
  .max(100, 'Use at most 100 characters')

type NewKey = Readonly<{
  name: string
  /** Full access by default. */
  scopes?: readonly Scope[]
  /** In real time; never by default. */
  expiresAt?: Date | null
  pepper: string
}>

/**
 * Makes a key of the actor's account. The returned `key` is shown once and cannot be had again: only its keyed hash
 * is stored. Only a person makes keys. @throws BillingError `impersonating`, `forbidden`, `database_unavailable`
 */
export async function createApiKey(
  ctx: Context,
  input: NewKey,
): Promise<Readonly<{ id: string; key: string }>> {
  const accountId = requireScope(ctx.actor, 'keys:write')
  if (ctx.actor.kind !== 'user') throw new BillingError('forbidden', 'Only a signed-in person creates keys.')
  const key = generateApiKey()
  const id = newId('key')
  const { userId } = ctx.actor
  const preview = previewApiKey(key)
  const details = { name: input.name, preview }
  const act = {
    actor: ctx.actor,
    action: 'key.created',
    accountId,
    target: id,
    details,
    now: ctx.now(),
  } as const
  const scopes = [...(input.scopes ?? API_KEY_SCOPES)]
  await callDatabase(
    ctx.db,
    (sql) => sql`
      with made as (
        insert into api_key (id, account_id, name, key_hash, preview, scopes, created_by, expires_at)
        values (${id}, ${accountId}, ${input.name}, ${hashApiKey(key, input.pepper)}, ${preview},
          ${scopes}::text[], ${userId}, ${input.expiresAt ?? null})
        on conflict (id) do nothing returning id)
      select ${auditCall(sql, act)} from made`,
  )
  ctx.log.info({ keyId: id, userId }, 'API key created')
  return { id, key }
}

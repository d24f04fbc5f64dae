import { z } from 'zod'
import { requirePerson, requireScope, TOKEN_SCOPES } from '@/lib/core/actor'
import type { Context } from '@/lib/core/context'
import { callDatabase } from '@/lib/db/call'
import { BillingError } from '@/lib/kit/errors'
import { insertPersonalToken, type PersonalToken } from './insert-access-token'

/** How a person calls a token, to know it again. */
export const tokenNameSchema = z
  .string('Give the token a name')
  .trim()
  .min(1, 'Give the token a name')
  .max(255, 'Use at most 255 characters')

/** What a personal token may do: everything that its person may, or only these. */
export const abilitiesSchema = z
  .array(z.enum(['*', ...TOKEN_SCOPES]))
  .min(1, 'Choose at least one ability')
  .max(20, 'Choose at most 20 abilities')

type NewToken = Readonly<{
  name: string
  /** Everything by default. */
  abilities?: z.infer<typeof abilitiesSchema>
  pepper: string
}>

/**
 * Makes a personal token for the account that the actor looks at, which lives until it is revoked. `token` is shown once
 * and cannot be had again: only its keyed hash is stored. Only a person who signed in makes tokens.
 * @throws BillingError `impersonating`, `forbidden`, `conflict` (as many as the account's plan allows), `database_unavailable`
 */
export async function createAccessToken(ctx: Context, input: NewToken): Promise<PersonalToken> {
  const accountId = requireScope(ctx.actor, 'self:write')
  const userId = requirePerson(ctx.actor)
  const abilities = [...new Set(input.abilities ?? ['*'])]
  const made = await callDatabase(ctx.db, (sql) =>
    insertPersonalToken(sql, { ...input, userId, accountId, abilities, actor: ctx.actor, now: ctx.now() }),
  )
  if (made === null) {
    throw new BillingError(
      'conflict',
      'Your plan allows no more access tokens. Revoke one that you no longer need.',
    )
  }
  ctx.log.info({ tokenId: String(made.id), userId }, 'personal token created')
  return made
}

import { z } from 'zod'
import { abilitiesSchema, tokenNameSchema } from '@/lib/core/access-tokens/create-access-token'
import { dateTime } from './contract'
import { shownId } from './money'

/** 200 of get-current-user, which stands in no envelope. */
export const userResponse = z.strictObject({
  id: shownId,
  name: z.string(),
  email: z.string(),
  /** The account that the credential acts for. */
  current_environment_id: shownId,
  created_at: dateTime,
})

/** Body of creating an API token. */
export const createTokenRequest = z.object({
  name: tokenNameSchema,
  abilities: abilitiesSchema.optional(),
})

const token = {
  id: shownId,
  name: z.string(),
  abilities: z.array(z.string()),
}

export const tokensResponse = z.strictObject({
  data: z.array(z.strictObject({ ...token, last_used_at: dateTime.nullable(), created_at: dateTime })),
})

/** `token` is shown this once. */
export const createdTokenResponse = z.strictObject({
  data: z.strictObject({ ...token, token: z.string().min(1), created_at: dateTime }),
})

export const revokedTokenResponse = z.strictObject({ message: z.literal('Token revoked') })

/** A token's number; one with more digits than any has names none. */
export const tokenPath = z.object({
  token_id: z
    .string()
    .regex(/^\d{1,19}$/)
    .transform((digits) => BigInt(digits)),
})

export type UserResponse = z.infer<typeof userResponse>
export type TokensResponse = z.infer<typeof tokensResponse>
export type CreatedTokenResponse = z.infer<typeof createdTokenResponse>

import { z } from 'zod'
import { emailSchema } from '@/lib/core/accounts/email'
import { dateTime } from './contract'

export const sessionBody = z.object({
  email: emailSchema,
  password: z.string('Enter a password').min(1, 'Enter a password').max(256, 'Use at most 256 characters'),
})

/** The token is shown this once. */
export const sessionResponse = z.strictObject({
  success: z.literal(true),
  data: z.strictObject({
    token: z.string().regex(/^tt_session_/),
    token_type: z.literal('Bearer'),
    expires_at: dateTime,
  }),
})

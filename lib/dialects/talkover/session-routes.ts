import type { z } from 'zod'
import { signInBuckets } from '@/lib/auth/limits'
import { takeAttempt } from '@/lib/auth/take-attempt'
import { startTokenSession } from '@/lib/core/access-tokens/start-token-session'
import { checkPassword } from '@/lib/core/accounts/check-password'
import type { Context } from '@/lib/core/context'
import { env } from '@/lib/env'
import { endpoint } from '@/lib/http/endpoint'
import { publicRoute } from '@/lib/http/public-route'
import { BillingError } from '@/lib/kit/errors'
import { talkover } from './errors'
import { presentInstant } from './present-instant'
import { sessionBody, type sessionResponse } from './session-contract'

/** A session token for an e-mail address and a password: limited as signing in is, and as slow for who has no account. */
export const session = endpoint(talkover, {
  POST: publicRoute({ dialect: talkover, name: 'sign-in', body: sessionBody, handler: signIn }),
})

async function signIn(
  ctx: Context,
  form: z.infer<typeof sessionBody>,
  client: string,
): Promise<z.infer<typeof sessionResponse>> {
  await takeAttempt(ctx.db, signInBuckets(form.email, client))
  const person = await checkPassword(ctx, form)
  if (person === null) throw new BillingError('unauthenticated', 'E-mail or password is wrong.')
  const { token, expiresAt } = await startTokenSession(ctx, {
    userId: person.id,
    name: 'Signed in by a program',
    pepper: env().API_KEY_PEPPER,
  })
  return { success: true, data: { token, token_type: 'Bearer', expires_at: presentInstant(expiresAt) } }
}

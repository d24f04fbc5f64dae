import { headers as requestHeaders } from 'next/headers'
import { redirect } from 'next/navigation'
import { cache } from 'react'
import type { Context } from '@/lib/core/context'
import type { Identity } from '@/lib/auth/identification'
import { rateLimited, type ScopedAction } from '@/lib/auth/identify'
import { BillingError } from '@/lib/kit/errors'
import { contextFor } from '@/lib/server/container'
import { withoutLiveReads } from '@/lib/server/restrict-payments'
import { identifyCaller } from './authenticate'
import { pagePath } from './security-headers'

/** Who looks at the page, and what its verbs are given. */
export type PageUser = Readonly<{
  /** Its provider refuses live reads with `rate_limited` while the account has none left. */
  ctx: Context
  /** Of staff who look into the account, themselves. */
  person: NonNullable<Identity['person']>
  accountName: string
  /** Null for a member. */
  impersonation: Identity['impersonation']
}>

/**
 * The signed-in person, for pages. Each page asks for itself: neither the proxy nor a layout guards it. Asked any
 * number of times while a page renders, it is one round trip. Nobody signed in: to sign-in, and back here after.
 * @throws BillingError `rate_limited`, `database_unavailable`
 */
export async function requireUser(): Promise<PageUser> {
  const user = await findUser()
  if (user !== null) return user
  const path = pagePath(await requestHeaders())
  redirect(path === '/' ? '/sign-in' : `/sign-in?callbackUrl=${encodeURIComponent(path)}`)
}

/**
 * The signed-in person or null, for pages that also serve who is not. Someone with an old cookie is nobody, however many
 * such cookies came from this address: the pages that sign in must open. @throws BillingError as `requireUser`
 */
export const findUser = cache(async (): Promise<PageUser | null> => {
  const headers = await requestHeaders()
  const path = pagePath(headers)
  const action = readsProvider(path) ? READ_PROVIDER : null
  try {
    const caller = await identifyCaller(headers, { action, audience: 'page' })
    const { actor, person, accountName, impersonation, actionWaitSeconds } = caller
    // A page is for who signed in to look at it: it has nothing for keys and tokens.
    if ((actor.kind !== 'user' && actor.kind !== 'impersonator') || person === null) return null
    const ctx = await contextFor(actor)
    if (actionWaitSeconds === null) return { ctx, person, accountName, impersonation }
    const payments = withoutLiveReads(ctx.payments, rateLimited(actionWaitSeconds))
    return { ctx: { ...ctx, payments }, person, accountName, impersonation }
  } catch (error) {
    if (error instanceof BillingError && error.code === 'unauthenticated') return null
    throw error
  }
})

/** What stands over every page while staff look into an account. */
type Look = Readonly<{ accountName: string; reason: string; secondsLeft: number }>

/** The look that the page is shown in; null for everyone else, and where nobody can say: the page itself asks too. */
export async function findLook(): Promise<Look | null> {
  try {
    const user = await findUser()
    return user?.impersonation ? { accountName: user.accountName, ...user.impersonation } : null
  } catch (error) {
    if (error instanceof BillingError) return null
    throw error
  }
}

const READ_PROVIDER: ScopedAction = { name: 'read-provider', scope: 'billing:read' }

/** These pages show what the provider says now, and take from the same bucket as the API's live reads. */
function readsProvider(path: string): boolean {
  return /^\/(billing|subscription|settings\/auto-top-up)(?![\w-])/.test(path)
}

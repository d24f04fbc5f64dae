import type { Context } from '@/lib/core/context'
import { clientAddress } from '@/lib/auth/client-address'
import { readCredential } from '@/lib/auth/credential'
import { isCrossSite } from '@/lib/auth/cross-site'
import { identify, type Identity, type ScopedAction } from '@/lib/auth/identify'
import { actionLimit, requestLimit } from '@/lib/auth/limits'
import { sessionCookie } from '@/lib/auth/session-cookie'
import { BillingError } from '@/lib/kit/errors'
import { container, contextFor } from '@/lib/server/container'

/**
 * The context of a route's caller. Refuses in this order: no or bad credential, too many requests, a session used
 * from a foreign page.
 * @throws BillingError `unauthenticated`, `rate_limited`, `forbidden`
 */
export async function authenticate(
  request: Request,
  requestId: string,
  action: ScopedAction | null,
): Promise<Context> {
  const { actor, person } = await identifyCaller(request.headers, action)
  if (person !== null) refuseForeignPage(request)
  return contextFor(actor, requestId)
}

/**
 * Who sends these headers. A page opens for its people whether or not the action may be taken now, and tells everyone
 * else nothing but that they are not signed in. @throws BillingError `unauthenticated`, `rate_limited`
 */
export async function identifyCaller(
  headers: Headers,
  action: ScopedAction | null,
  audience: 'page' | 'program' = 'program',
): Promise<Identity> {
  const { env, databases } = container()
  const credential = readCredential({
    authorization: headers.get('authorization'),
    sessionToken: sessionCookie(env.APP_URL).read(headers.get('cookie')),
    pepper: env.API_KEY_PEPPER,
  })
  if (credential === null) throw new BillingError('unauthenticated', 'Unauthorized')
  return identify(databases.app, {
    credential,
    client: clientAddress(headers, env.TRUSTED_PROXY_HOPS),
    requests: requestLimit(env.REQUESTS_PER_MINUTE),
    action: action && {
      ...action,
      limit: actionLimit(action.name, env.PROVIDER_READS_PER_MINUTE),
      whenSpent: audience === 'page' ? 'tell' : 'refuse',
    },
    strangers: audience === 'page' ? 'unauthenticated' : 'rate_limited',
  })
}

/** Headers of a page's own form or fetch, which a foreign page cannot send. @throws BillingError `forbidden` */
export function refuseForeignSender(method: string, headers: Headers): void {
  const foreign = isCrossSite({
    method,
    secFetchSite: headers.get('sec-fetch-site'),
    origin: headers.get('origin'),
    appOrigin: new URL(container().env.APP_URL).origin,
  })
  if (foreign) throw new BillingError('forbidden', 'Refused: the request does not come from this site.')
}

/** The session's own rules. A form of a foreign page cannot send JSON, so nothing else is read from a session. */
function refuseForeignPage(request: Request): void {
  refuseForeignSender(request.method, request.headers)
  const isJson = /^application\/json(;|$)/i.test(request.headers.get('content-type') ?? '')
  const hasBody = !['GET', 'HEAD', 'OPTIONS', 'DELETE'].includes(request.method)
  if (hasBody && !isJson)
    throw new BillingError('forbidden', 'Send application/json when signed in by a cookie.')
}

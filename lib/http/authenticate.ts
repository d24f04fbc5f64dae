import type { AccountQuestion } from '@/lib/core/account-question'
import type { Context } from '@/lib/core/context'
import { clientAddress } from '@/lib/auth/client-address'
import { readCredential, type CredentialKind } from '@/lib/auth/credential'
import { isCrossSite } from '@/lib/auth/cross-site'
import type { Identity } from '@/lib/auth/identification'
import { identify, type ScopedAction } from '@/lib/auth/identify'
import { actionLimit, requestLimit } from '@/lib/auth/limits'
import { sessionCookie } from '@/lib/auth/session-cookie'
import type { Instant } from '@/lib/kit/clock'
import { BillingError } from '@/lib/kit/errors'
import { container, contextFor, contextWith } from '@/lib/server/container'
import { pagePath } from './security-headers'
import { viewOf } from './view-of'

/** What is asked about a caller. */
export type Asking = Readonly<{
  action: ScopedAction | null
  /** The slug of the organisation that the caller must belong to. */
  organisation?: string
  /** What is taken; anything where it is left out. A good credential of another kind is `forbidden`. */
  credentials?: readonly CredentialKind[]
  /** Whether only failures are counted. */
  unlimited?: boolean
  /** A page opens for its people whether or not the action may be taken now, and tells everyone else one thing only. */
  audience?: 'page' | 'program'
  /**
   * What will be asked of the caller's account, to be answered with who they are. Of a session nothing is asked ahead: it may
   * be one of staff, who read through a role of their own.
   */
  ahead?: AccountQuestion | null
}>

/**
 * The context of a route's caller. Refuses in this order: no or bad credential, too many requests, an organisation that
 * is not the caller's, a credential of the wrong kind, a session used from a foreign page.
 * @throws BillingError `unauthenticated`, `rate_limited`, `not_found`, `forbidden`
 */
export async function authenticate(request: Request, requestId: string, asking: Asking): Promise<Context> {
  const { actor, foretold } = await identifyCaller(request.headers, asking, () =>
    viewOf(request.method, new URL(request.url).pathname),
  )
  if (actor.kind === 'user' || actor.kind === 'impersonator') refuseForeignPage(request)
  return foretold === undefined ? contextFor(actor, requestId) : contextWith(foretold, actor, requestId)
}

/**
 * Who sends these headers. `view` is what is asked for; by default the page that is, or whose form is sent.
 * @throws BillingError `unauthenticated`, `rate_limited`, `not_found`, `forbidden`; for a page's visitors who are nobody
 * it is always `unauthenticated`
 */
export async function identifyCaller(
  headers: Headers,
  asking: Asking,
  view = () => viewOf(asking.audience === 'page' ? 'GET' : 'POST', pagePath(headers)),
): Promise<Identity> {
  const { env, databases } = container()
  const { action, organisation, credentials, unlimited, audience, ahead } = asking
  const authorization = headers.get('authorization')
  const credential = readCredential({
    authorization,
    sessionToken: authorization === null ? sessionCookie(env.APP_URL).read(headers.get('cookie')) : undefined,
    pepper: env.API_KEY_PEPPER,
  })
  if (credential === null) throw new BillingError('unauthenticated', 'Unauthorized')
  const identity = await identify(databases.app, {
    credential,
    organisation: organisation ?? null,
    view: credential.kind === 'session' ? view() : null,
    client: clientAddress(headers, env.TRUSTED_PROXY_HOPS),
    requests: unlimited ? null : requestLimit(env.REQUESTS_PER_MINUTE),
    action: action && {
      ...action,
      limit: actionLimit(action.name, env.PROVIDER_READS_PER_MINUTE),
      whenSpent: audience === 'page' ? 'tell' : 'refuse',
    },
    strangers: audience === 'page' ? 'unauthenticated' : 'rate_limited',
    ahead: ahead != null && credential.kind !== 'session' ? await timed(ahead) : null,
  })
  if (credentials?.includes(credential.kind) === false) {
    throw new BillingError('forbidden', 'This kind of credential cannot be used here.')
  }
  return identity
}

/** Where the clock does not answer, nothing is asked ahead: who asks is refused first, and hears of the clock after. */
async function timed(
  question: AccountQuestion,
): Promise<Readonly<{ question: AccountQuestion; now: Instant }> | null> {
  const now = await container()
    .clock.read()
    .catch(() => null)
  return now && { question, now }
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

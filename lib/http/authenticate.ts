import type { AccountQuestion } from '@/lib/core/account-question'
import type { Context } from '@/lib/core/context'
import { slugSchema } from '@/lib/core/organisations/slug'
import { clientAddress } from '@/lib/auth/client-address'
import { readCredential, type Credential, type CredentialKind } from '@/lib/auth/credential'
import { isCrossSite } from '@/lib/auth/cross-site'
import type { Identity } from '@/lib/auth/identification'
import { identify, identifyAll, type Question, type ScopedAction } from '@/lib/auth/identify'
import { actionLimit, requestLimit } from '@/lib/auth/limits'
import { sessionCookie } from '@/lib/auth/session-cookie'
import type { Outcomes } from '@/lib/db/go-together'
import { invariant } from '@/lib/kit/assert'
import { BillingError } from '@/lib/kit/errors'
import { container, contextFor } from '@/lib/server/container'
import type { Rules } from './route-definition'
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
}>

/**
 * The context of a route's caller. Refuses in this order: no or bad credential, too many requests, an organisation that
 * is not the caller's, a credential of the wrong kind, a session used from a foreign page.
 * @throws BillingError `unauthenticated`, `rate_limited`, `not_found`, `forbidden`
 */
export async function authenticate(request: Request, requestId: string, asking: Asking): Promise<Context> {
  const { actor } = await identifyCaller(request.headers, asking, () => requestView(request))
  if (actor.kind === 'user' || actor.kind === 'impersonator') refuseForeignPage(request)
  return contextFor(actor, requestId)
}

/** What a route's rules ask about a caller, with what its path names. */
export function askingOf(
  { action: name, scope, ...definition }: Rules,
  params: Readonly<Record<string, unknown>>,
): Asking {
  return {
    action: name === undefined ? null : { name, scope },
    credentials: definition.credentials ?? ['api-key', 'session'],
    unlimited: definition.unlimited ?? false,
    // What cannot be a slug is asked about all the same, as one that nobody has: who asks is refused first.
    ...(definition.organisation && { organisation: slugSchema.safeParse(params['slug']).data ?? '' }),
  }
}

/**
 * Who asks `question`, of `questionOf`, for so many requests that are the same: an identity for those that are let in, the
 * same for all of them, and what the others are refused with. `ahead` is what will be asked of the account, answered with
 * it. Not for sessions: one may be of staff, who read through a role of their own and leave each view behind.
 * @throws BillingError `database_unavailable`
 */
export async function identifyTogether(
  question: Question,
  count: number,
  ahead: AccountQuestion | null,
): Promise<Outcomes<Identity>> {
  invariant(question.credential.kind !== 'session', 'sessions go alone')
  const { clock, databases } = container()
  // Where the clock does not answer, nothing is asked ahead: who asks is refused first, and hears of the clock after.
  const now = ahead && (await clock.read().catch(() => null))
  return identifyAll(databases.app, question, { count, ahead: ahead && now && { question: ahead, now } })
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
  const question = questionOf(headers, asking, view)
  const identity = await identify(container().databases.app, question)
  refuseOtherKinds(question.credential, asking)
  return identity
}

/** What a request asks for, as staff who look into an account leave it behind. */
export function requestView({ method, url }: Request): string {
  return viewOf(method, new URL(url).pathname)
}

/**
 * What there is to be asked about who sends these headers. `view` is for sessions.
 * @throws BillingError `unauthenticated` where no credential that could be good is offered
 */
export function questionOf(
  headers: Headers,
  { action, organisation, unlimited, audience }: Asking,
  view: () => string,
): Question {
  const { env } = container()
  const authorization = headers.get('authorization')
  const credential = readCredential({
    authorization,
    sessionToken: authorization === null ? sessionCookie(env.APP_URL).read(headers.get('cookie')) : undefined,
    pepper: env.API_KEY_PEPPER,
  })
  if (credential === null) throw new BillingError('unauthenticated', 'Unauthorized')
  return {
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
  }
}

/** @throws BillingError `forbidden` for a good credential of a kind that is not taken */
export function refuseOtherKinds({ kind }: Credential, { credentials }: Asking): void {
  if (credentials?.includes(kind) !== false) return
  throw new BillingError('forbidden', 'This kind of credential cannot be used here.')
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

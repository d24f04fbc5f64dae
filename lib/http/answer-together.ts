import { clientAddress } from '@/lib/auth/client-address'
import type { Identity } from '@/lib/auth/identification'
import type { Question } from '@/lib/auth/identify'
import type { AccountQuestion } from '@/lib/core/account-question'
import { requireScope } from '@/lib/core/actor'
import type { Context } from '@/lib/core/context'
import { goTogether, type Outcomes } from '@/lib/db/go-together'
import { invariant } from '@/lib/kit/assert'
import { container, contextFor, contextOfTold } from '@/lib/server/container'
import { orNothing } from './absent-schema-guard'
import {
  askingOf,
  identifyTogether,
  questionOf,
  refuseOtherKinds,
  requestView,
  type Asking,
} from './authenticate'
import { parseInput } from './parse-input'
import { readAddress } from './read-address'
import { write, type Written } from './respond'
import type { Address, Asked, Definition } from './route-definition'

/** Requests that one statement counts, and answers. */
const TOGETHER_MAX = 100

/** What the requests are known to ask: the same for all that are the same. */
type Known<Query, Params> = Readonly<{
  asking: Asking
  question: Question
  /** Null where it is wrong, which is told once it is known who asks: it is read again. */
  address: Address<Query, Params> | null
  ahead: AccountQuestion | null
}>

type Asks<Query, Params> = (address: Address<Query, Params>) => AccountQuestion

/** Of requests that follow on each other, what the next ones need not work out again. */
type Kept<Query, Params> = {
  known: Known<Query, Params>
  /** Whoever may do the same, and is told the same, is answered the same. */
  told: Readonly<{ to: string; text: string; written: Written }>
}

/**
 * Answers requests of a program that are the same and come at once together: one statement tells who asks, counts each of
 * them (where the route counts any) and answers what the route asks ahead, and the answer is written once. It is written
 * anew only where something else was told. Null for a request that goes alone: that of a session, one that means to be made
 * once only, and all of a route that asks nothing ahead.
 */
export function answerTogether<Query, Body, Params>(
  definition: Definition<Query, Body, Params>,
): (asked: Asked) => Promise<Written> | null {
  const { asks, body, action, query } = definition
  if (asks === undefined) return () => null
  invariant(body === undefined && action === undefined, 'what is shared takes nothing')
  const together = goTogether(TOGETHER_MAX, (same: readonly Asked[], kept: Partial<Kept<Query, Params>>) =>
    answerAll(definition, asks, same, kept),
  )
  return (asked) => {
    const key = keyOf(asked.request, query !== undefined)
    return key === null ? null : together(key, asked)
  }
}

/**
 * All of a request that its answer depends on: its credential, where it comes from and what it names. HEAD is answered as
 * GET, and a query that the route does not read is left out, so that nobody can make a request another by it.
 */
function keyOf({ headers, url }: Request, hasQuery: boolean): string | null {
  const authorization = headers.get('authorization')
  if (authorization === null || headers.has('idempotency-key')) return null
  const named = hasQuery ? url : url.replace(/\?.*/s, '')
  return [authorization, clientAddress(headers, container().env.TRUSTED_PROXY_HOPS), named].join('\n')
}

async function answerAll<Query, Body, Params>(
  definition: Definition<Query, Body, Params>,
  asks: Asks<Query, Params>,
  same: readonly Asked[],
  kept: Partial<Kept<Query, Params>>,
): Promise<Outcomes<Written>> {
  const last = same.at(-1)
  if (last === undefined) return []
  const params = await last.params
  const known = (kept.known ??= know(definition, asks, last.request, params))
  const { asking, question, address, ahead } = known
  const outcomes = await identifyTogether(question, same.length, ahead)
  const refused = outcomes.filter((outcome) => outcome instanceof Error)
  // Those that are let in come first.
  const [identity] = outcomes
  if (identity === undefined || identity instanceof Error) return refused
  const answered = await settle(async () => {
    refuseOtherKinds(question.credential, asking)
    requireScope(identity.actor, definition.scope)
    const text = identity.foretold?.text
    const to = [identity.actor.accountId, ...identity.actor.scopes].join()
    if (kept.told !== undefined && kept.told.text === text && kept.told.to === to) return kept.told.written
    const input = address ?? readAddress(definition, last.request, params)
    const ctx = await contextOf(identity, last.requestId)
    const body = parseInput(orNothing(definition.body), undefined)
    const result = await definition.handler(ctx, { ...input, idempotencyKey: null, body })
    invariant(!(result instanceof Response), 'what is shared is no stream')
    const written = write(result, definition.dialect.json)
    if (text !== undefined) kept.told = { to, text, written }
    return written
  })
  return [...same.slice(refused.length).map(() => answered), ...refused]
}

async function contextOf({ actor, foretold }: Identity, requestId: string): Promise<Context> {
  return foretold ? contextOfTold(foretold, actor, requestId) : contextFor(actor, requestId)
}

/** @throws BillingError `unauthenticated` */
function know<Query, Body, Params>(
  definition: Definition<Query, Body, Params>,
  asks: Asks<Query, Params>,
  request: Request,
  params: Readonly<Record<string, unknown>>,
): Known<Query, Params> {
  const asking = askingOf(definition, params)
  const question = questionOf(request.headers, asking, () => requestView(request))
  const address = attempt(() => readAddress(definition, request, params))
  return { asking, question, address, ahead: address && asks(address) }
}

function attempt<T>(read: () => T): T | null {
  try {
    return read()
  } catch {
    return null
  }
}

/** The value, or the Error that was thrown instead. */
async function settle<T>(work: () => Promise<T>): Promise<T | Error> {
  try {
    return await work()
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error))
  }
}

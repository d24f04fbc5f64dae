import type { z } from 'zod'
import type { Scope } from '@/lib/core/actor'
import { requireScope } from '@/lib/core/actor'
import type { AccountQuestion, Foretold } from '@/lib/core/account-question'
import type { Context } from '@/lib/core/context'
import type { CredentialKind } from '@/lib/auth/credential'
import type { SensitiveAction } from '@/lib/auth/limits'
import { slugSchema } from '@/lib/core/organisations/slug'
import { invariant } from '@/lib/kit/assert'
import { BillingError } from '@/lib/kit/errors'
import { newId } from '@/lib/kit/ids'
import { container } from '@/lib/server/container'
import { orNothing } from './absent-schema-guard'
import { authenticate, type Asking } from './authenticate'
import type { Dialect } from './dialect'
import { parseInput, readIdempotencyKey, readQuery } from './parse-input'
import { readJsonBody, type BodyAllowance } from './read-body'
import { refusalOf } from './refusal'
import { refusalResponse, sealed, write, writtenResponse } from './respond'
import { writeOnce, type Written } from './told-together'

/** Who may ask, and how often. */
type Rules = Readonly<{
  /** Refused before anything is parsed; the verb asks again. */
  scope: Scope
  /** The kinds of credential it takes; API keys and sessions by default. */
  credentials?: readonly CredentialKind[]
  /**
   * Acts for the organisation that the path names by its `slug`, whatever the credential would act for by itself. One that
   * the caller does not belong to is `not_found`, as one that does not exist.
   */
  organisation?: true
  /** Counts nothing but failed authentication against the caller. */
  unlimited?: true
  /** Counts against this action's own bucket, beside the caller's. */
  action?: SensitiveAction
}>

type Definition<Query, Body, Params> = Rules &
  Readonly<{
    dialect: Dialect
    query?: z.ZodType<Query>
    /** Names in the query that may be given more than once: the schema is given a list of each. */
    queryLists?: readonly string[]
    /** Without it, whatever body the request carries is left unread. */
    body?: z.ZodType<Body>
    bodyAllowance?: BodyAllowance
    /** Path parameters. One that does not parse names nothing: `not_found`. */
    params?: z.ZodType<Params>
    /**
     * What the handler's verb will ask of the caller's account: asked in the statement that tells who they are. The handler
     * works its answer out of that and of the address alone, once for all requests that were told together.
     */
    asks?(address: Address<Query, Params>): AccountQuestion
    /** A plain value or an Answer becomes 200 with JSON; a Response, which is not for who asks ahead, is passed on. */
    handler(ctx: Context, input: Input<Query, Body, Params>): Promise<unknown>
  }>

type Input<Query, Body, Params> = Address<Query, Params> &
  Readonly<{
    body: Body
    /** The Idempotency-Key header, or null. */
    idempotencyKey: string | null
  }>

type Address<Query, Params> = Readonly<{ query: Query; params: Params }>

/** What a route was made of, for the documents that describe it: they cannot say anything else than what it parses. */
export type DescribedRoute = Readonly<{
  dialect: Dialect
  /** Null where whoever asks is nobody yet. */
  scope: Scope | null
  query?: z.ZodType
  body?: z.ZodType
  params?: z.ZodType
}>

export type RouteHandler = ((
  request: Request,
  context: Readonly<{ params: Promise<Readonly<Record<string, string | string[] | undefined>>> }>,
) => Promise<Response>) &
  Readonly<{ definition?: DescribedRoute }>

/**
 * The one way a route answers: authenticate and rate limit, check the scope, parse, call the verb, present. The only
 * place of a request that catches; the dialect words every refusal.
 */
export function route<Query = undefined, Body = undefined, Params = undefined>(
  definition: Definition<Query, Body, Params>,
): RouteHandler {
  const handler: RouteHandler = async (request, context) => {
    const requestId = newId('req')
    try {
      const params = await context.params
      const known = foresee(definition, request, params)
      const ctx = await authenticate(request, requestId, askingOf(definition, params, known.question))
      requireScope(ctx.actor, definition.scope)
      const address = known.address ?? readAddress(definition, request, params)
      const idempotencyKey = readIdempotencyKey(request.headers)
      const body = await readBody(definition, request)
      const handle = () => definition.handler(ctx, { ...address, idempotencyKey, body })
      if (ctx.foretold === undefined) return respond(await handle(), requestId, definition.dialect)
      const written = await writeAsTold(ctx.foretold, definition, address, handle)
      return writtenResponse(written, requestId)
    } catch (error) {
      return refusalResponse(definition.dialect, refusalOf(error, requestId, container().log))
    }
  }
  return Object.assign(handler, { definition })
}

function respond(result: unknown, requestId: string, { json }: Dialect): Response {
  return result instanceof Response
    ? sealed(result, requestId)
    : writtenResponse(write(result, json), requestId)
}

function writeAsTold<Query, Body, Params>(
  foretold: Foretold,
  definition: Definition<Query, Body, Params>,
  address: Address<Query, Params>,
  handle: () => Promise<unknown>,
): Promise<Written> {
  return writeOnce(foretold, definition, JSON.stringify(address), async () => {
    const result = await handle()
    invariant(!(result instanceof Response), 'what is told together is no stream')
    return write(result, definition.dialect.json)
  })
}

function askingOf(
  { action: name, scope, ...definition }: Rules,
  params: Readonly<Record<string, unknown>>,
  ahead: AccountQuestion | null,
): Asking {
  return {
    action: name === undefined ? null : { name, scope },
    credentials: definition.credentials ?? ['api-key', 'session'],
    unlimited: definition.unlimited ?? false,
    // What cannot be a slug is asked about all the same, as one that nobody has: who asks is refused first.
    ...(definition.organisation && { organisation: slugSchema.safeParse(params['slug']).data ?? '' }),
    ahead,
  }
}

/** What can be asked ahead. Nothing where the address is wrong, and that is told once it is known who asks: it is read again. */
function foresee<Query, Body, Params>(
  definition: Definition<Query, Body, Params>,
  request: Request,
  pathParams: unknown,
): Readonly<{ address: Address<Query, Params> | null; question: AccountQuestion | null }> {
  if (definition.asks === undefined) return { address: null, question: null }
  const address = attempt(() => readAddress(definition, request, pathParams))
  return { address, question: address && definition.asks(address) }
}

function attempt<T>(read: () => T): T | null {
  try {
    return read()
  } catch {
    return null
  }
}

/** What the path and the query say. @throws BillingError `not_found`, `invalid_input` */
function readAddress<Query, Body, Params>(
  definition: Definition<Query, Body, Params>,
  request: Request,
  pathParams: unknown,
): Address<Query, Params> {
  return {
    params: parseParams(orNothing(definition.params), definition.params && pathParams),
    query: parseInput(
      orNothing(definition.query),
      definition.query && readQuery(request.url, definition.queryLists),
      'query',
    ),
  }
}

async function readBody<Query, Body, Params>(
  { body, bodyAllowance, dialect }: Definition<Query, Body, Params>,
  request: Request,
): Promise<Body> {
  return parseInput(orNothing(body), body && (await readJsonBody(request, bodyAllowance, dialect.json)))
}

function parseParams<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value)
  if (!parsed.success) throw new BillingError('not_found', 'Not found')
  return parsed.data
}

import { requireScope } from '@/lib/core/actor'
import { newId } from '@/lib/kit/ids'
import { container } from '@/lib/server/container'
import { orNothing } from './absent-schema-guard'
import { answerTogether } from './answer-together'
import { askingOf, authenticate } from './authenticate'
import type { Dialect } from './dialect'
import { parseInput, readIdempotencyKey } from './parse-input'
import { readAddress } from './read-address'
import { readJsonBody } from './read-body'
import { refusalOf } from './refusal'
import { refusalResponse, sealed, write, writtenResponse } from './respond'
import type { Asked, Definition, RouteHandler } from './route-definition'

/**
 * The one way a route answers: authenticate and rate limit, check the scope, parse, call the verb, present. The only
 * place of a request that catches; the dialect words every refusal.
 */
export function route<Query = undefined, Body = undefined, Params = undefined>(
  definition: Definition<Query, Body, Params>,
): RouteHandler {
  const together = answerTogether(definition)
  const handler: RouteHandler = async (request, { params }) => {
    const requestId = newId('req')
    try {
      const asked = { request, params, requestId }
      const shared = together(asked)
      return shared === null ? await answer(definition, asked) : writtenResponse(await shared, requestId)
    } catch (error) {
      return refusalResponse(definition.dialect, refusalOf(error, requestId, container().log))
    }
  }
  return Object.assign(handler, { definition })
}

async function answer<Query, Body, Params>(
  definition: Definition<Query, Body, Params>,
  { request, params, requestId }: Asked,
): Promise<Response> {
  const pathParams = await params
  const ctx = await authenticate(request, requestId, askingOf(definition, pathParams))
  requireScope(ctx.actor, definition.scope)
  const address = readAddress(definition, request, pathParams)
  const idempotencyKey = readIdempotencyKey(request.headers)
  const body = await readBody(definition, request)
  return respond(
    await definition.handler(ctx, { ...address, idempotencyKey, body }),
    requestId,
    definition.dialect,
  )
}

function respond(result: unknown, requestId: string, { json }: Dialect): Response {
  return result instanceof Response
    ? sealed(result, requestId)
    : writtenResponse(write(result, json), requestId)
}

async function readBody<Query, Body, Params>(
  { body, bodyAllowance, dialect }: Definition<Query, Body, Params>,
  request: Request,
): Promise<Body> {
  return parseInput(orNothing(body), body && (await readJsonBody(request, bodyAllowance, dialect.json)))
}

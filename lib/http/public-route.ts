import type { z } from 'zod'
import { clientAddress } from '@/lib/auth/client-address'
import type { Context } from '@/lib/core/context'
import { newId } from '@/lib/kit/ids'
import { container, contextFor } from '@/lib/server/container'
import type { Dialect } from './dialect'
import { parseInput } from './parse-input'
import { readJsonBody } from './read-body'
import { refusalOf } from './refusal'
import { jsonResponse, refusalResponse } from './respond'
import type { RouteHandler } from './route-definition'

type Definition<Body> = Readonly<{
  dialect: Dialect
  /** The name of the system actor it runs as. */
  name: string
  body: z.ZodType<Body>
  /** `client` is the bucket name of the address that asks, for limits of the handler's own. */
  handler(ctx: Context, body: Body, client: string): Promise<unknown>
}>

/** As `route`, for a program that is nobody yet: it has a password and wants a token. The handler limits the tries. */
export function publicRoute<Body>(definition: Definition<Body>): RouteHandler {
  const { dialect, name, body: schema } = definition
  const handler: RouteHandler = async (request) => {
    const requestId = newId('req')
    try {
      const client = clientAddress(request.headers, container().env.TRUSTED_PROXY_HOPS)
      const body = parseInput(schema, await readJsonBody(request, undefined, dialect.json))
      const ctx = await contextFor({ kind: 'system', name }, requestId)
      return jsonResponse(200, await definition.handler(ctx, body, client), requestId, dialect.json)
    } catch (error) {
      return refusalResponse(dialect, refusalOf(error, requestId, container().log))
    }
  }
  return Object.assign(handler, { definition: { dialect, scope: null, body: schema } })
}

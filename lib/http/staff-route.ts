import type { z } from 'zod'
import { requireStaff, STAFF_SCOPES, type StaffScope } from '@/lib/core/actor'
import type { Context } from '@/lib/core/context'
import { BillingError } from '@/lib/kit/errors'
import { newId } from '@/lib/kit/ids'
import { container, contextFor } from '@/lib/server/container'
import { identifyCaller, refuseForeignSender } from './authenticate'
import type { Dialect } from './dialect'
import { parseInput, readQuery } from './parse-input'
import { refusalOf } from './refusal'
import { refusalResponse, sealed } from './respond'
import type { RouteHandler } from './route-definition'
import { viewOf } from './view-of'

type Definition<Query> = Readonly<{
  /** Whose words a refusal has. */
  dialect: Dialect
  scope: StaffScope
  query: z.ZodType<Query>
  handler(ctx: Context, query: Query): Promise<Response>
}>

/**
 * What `staffAction` is to a form, for what the console fetches: the context's actor is of kind `staff`, and to anyone else
 * who is signed in, and every program, there is no such route (404).
 */
export function staffRoute<Query>(definition: Definition<Query>): RouteHandler {
  return async (request) => {
    const requestId = newId('req')
    try {
      const { actor, person } = await identifyCaller(request.headers, { action: null }, () =>
        viewOf(request.method, new URL(request.url).pathname),
      )
      if (actor.kind !== 'user' || person?.isStaff !== true) throw new BillingError('not_found', 'Not found')
      refuseForeignSender(request.method, request.headers)
      const staff = { kind: 'staff', userId: person.id, scopes: STAFF_SCOPES } as const
      requireStaff(staff, definition.scope)
      const query = parseInput(definition.query, readQuery(request.url), 'query')
      return sealed(await definition.handler(await contextFor(staff, requestId), query), requestId)
    } catch (error) {
      return refusalResponse(definition.dialect, refusalOf(error, requestId, container().log))
    }
  }
}

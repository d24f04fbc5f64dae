import type { z } from 'zod'
import { BillingError } from '@/lib/kit/errors'
import { orNothing } from './absent-schema-guard'
import { parseInput, readQuery } from './parse-input'
import type { Address, Definition } from './route-definition'

/** What the path and the query say. @throws BillingError `not_found`, `invalid_input` */
export function readAddress<Query, Body, Params>(
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

function parseParams<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value)
  if (!parsed.success) throw new BillingError('not_found', 'Not found')
  return parsed.data
}

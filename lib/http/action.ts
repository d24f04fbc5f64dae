import { headers as requestHeaders } from 'next/headers'
import { notFound, redirect, unstable_rethrow } from 'next/navigation'
import type { z } from 'zod'
import { requireScope, requireStaff, STAFF_SCOPES, type Scope, type StaffScope } from '@/lib/core/actor'
import type { Context } from '@/lib/core/context'
import { clientAddress } from '@/lib/auth/client-address'
import type { SensitiveAction } from '@/lib/auth/limits'
import { BillingError } from '@/lib/kit/errors'
import { newId } from '@/lib/kit/ids'
import { container, contextFor } from '@/lib/server/container'
import { identifyCaller, refuseForeignSender } from './authenticate'
import type { Refusal } from './dialect'
import { parseInput } from './parse-input'
import { refuseUnstorableText } from './read-body'
import { refusalOf } from './refusal'

type Definition<Input, Result> = Readonly<{
  scope: Scope
  input: z.ZodType<Input>
  /** Counts against this action's own bucket, beside the caller's. */
  action?: SensitiveAction
  handler(ctx: Context, input: Input): Promise<Result>
  /** What the form is told of a failure. `raw` is what was sent: untrusted, for showing it again. */
  refused(refusal: Refusal, raw: unknown): Result
}>

/**
 * The one way a server action answers a signed-in person: checks where it was sent from, authenticates and rate limits,
 * checks the scope, parses, calls the verb. The only place of an action that catches. Nobody signed in: to sign-in.
 */
export function action<Input, Result>(
  definition: Definition<Input, Result>,
): (raw: unknown) => Promise<Result> {
  return (raw) =>
    answer(definition, raw, async (headers, requestId) => {
      const { action: name, scope } = definition
      const { actor } = await identifyCaller(headers, { action: name === undefined ? null : { name, scope } })
      if (actor.kind !== 'user' && actor.kind !== 'impersonator') {
        throw new BillingError('unauthenticated', 'Unauthorized')
      }
      requireScope(actor, scope)
      const input = readInput(definition.input, raw)
      return definition.handler(await contextFor(actor, requestId), input)
    })
}

type StaffDefinition<Input, Result> = Omit<Definition<Input, Result>, 'scope' | 'action'> &
  Readonly<{ scope: StaffScope }>

/**
 * The same for the console: the context's actor is of kind `staff`. To anyone else who is signed in the action does not
 * exist (404).
 */
export function staffAction<Input, Result>(
  definition: StaffDefinition<Input, Result>,
): (raw: unknown) => Promise<Result> {
  return (raw) =>
    answer(definition, raw, async (headers, requestId) => {
      const { actor, person } = await identifyCaller(headers, { action: null })
      if (actor.kind !== 'user' || person?.isStaff !== true) notFound()
      const staff = { kind: 'staff', userId: person.id, scopes: STAFF_SCOPES } as const
      requireStaff(staff, definition.scope)
      const input = readInput(definition.input, raw)
      return definition.handler(await contextFor(staff, requestId), input)
    })
}

type PublicDefinition<Input, Result> = Readonly<{
  /** The name of the system actor it runs as. */
  name: string
  input: z.ZodType<Input>
  /** `client` is the bucket name of the address that asks, for limits of the handler's own. */
  handler(ctx: Context, input: Input, client: string): Promise<Result>
  refused(refusal: Refusal, raw: unknown): Result
}>

/** The same for someone who is nobody yet: signing up, in and out. The handler limits the tries. */
export function publicAction<Input, Result>(
  definition: PublicDefinition<Input, Result>,
): (raw: unknown) => Promise<Result> {
  return (raw) =>
    answer(definition, raw, async (headers, requestId) => {
      const client = clientAddress(headers, container().env.TRUSTED_PROXY_HOPS)
      const input = readInput(definition.input, raw)
      const ctx = await contextFor({ kind: 'system', name: definition.name }, requestId)
      return definition.handler(ctx, input, client)
    })
}

/** The fields of a form as plain data; what React and the browser add to it is left to the schema to ignore. */
export function formFields(form: unknown): Record<string, unknown> {
  return form instanceof FormData ? Object.fromEntries(form) : {}
}

/** All that a form has under one name. */
export function formValues(form: unknown, name: string): readonly unknown[] {
  return form instanceof FormData ? form.getAll(name) : []
}

async function answer<Result>(
  definition: Readonly<{ refused(refusal: Refusal, raw: unknown): Result }>,
  raw: unknown,
  run: (headers: Headers, requestId: string) => Promise<Result>,
): Promise<Result> {
  const requestId = newId('req')
  try {
    const headers = await requestHeaders()
    // Next lets an action through that names no origin at all.
    refuseForeignSender('POST', headers)
    return await run(headers, requestId)
  } catch (error) {
    unstable_rethrow(error)
    const refusal = refusalOf(error, requestId, container().log)
    if (refusal.code === 'unauthenticated') redirect('/sign-in')
    return definition.refused(refusal, raw)
  }
}

function readInput<Input>(schema: z.ZodType<Input>, raw: unknown): Input {
  refuseUnstorableText(raw)
  return parseInput(schema, raw)
}

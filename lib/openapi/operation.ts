import type { z } from 'zod'
import type { Dialect } from '@/lib/http/dialect'
import type { RouteHandler } from '@/lib/http/route-definition'
import type { BillingErrorCode } from '@/lib/kit/errors'

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** One call of an API, as its document tells of it. What it parses is read from the route itself. */
export type Operation = Readonly<{
  /** With its parameters in braces, as in `/api/v1/numbers/{id}`. */
  path: string
  method: Method
  endpoint: Readonly<Record<Method, RouteHandler>>
  id: string
  /** The heading it stands under. */
  group: string
  summary: string
  description?: string
  /** Where the route's own schema is looser than what is sent, since it judges the parts one by one. */
  body?: z.ZodType
  /** What it answers with when all is well: a schema for each status. */
  answers: Readonly<Partial<Record<200 | 201, z.ZodType>>>
  /** What its verb can refuse, beside what every route can. */
  refusals?: readonly BillingErrorCode[]
  /** It takes an `Idempotency-Key`. */
  repeatable?: true
}>

/** The document of one API. */
export type ApiDocument = Readonly<{
  title: string
  description: string
  /** What to send as the bearer token. */
  credential: string
  dialect: Dialect
  /** The body of every refusal. */
  refusal: z.ZodType
  /** Statuses that this API lists for every operation, whether or not a rule of ours can produce them. */
  statuses?: Readonly<Record<number, string>>
  operations: readonly Operation[]
}>

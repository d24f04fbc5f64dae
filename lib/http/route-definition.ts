import type { z } from 'zod'
import type { CredentialKind } from '@/lib/auth/credential'
import type { SensitiveAction } from '@/lib/auth/limits'
import type { AccountQuestion } from '@/lib/core/account-question'
import type { Scope } from '@/lib/core/actor'
import type { Context } from '@/lib/core/context'
import type { Dialect } from './dialect'
import type { BodyAllowance } from './read-body'

/** Who may ask, and how often. */
export type Rules = Readonly<{
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

export type Definition<Query, Body, Params> = Rules &
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
     * What the handler's verb will ask of the caller's account. Requests of a program that are the same then go together
     * (`answerTogether`): it is asked in the statement that tells who they are, and the handler answers them from that, the
     * address and the configuration alone. For routes that take neither a body nor an action.
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

export type Address<Query, Params> = Readonly<{ query: Query; params: Params }>

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

/** A request to be answered. `requestId` is its own, also where its answer is shared. */
export type Asked = Readonly<{
  request: Request
  params: Promise<Readonly<Record<string, unknown>>>
  requestId: string
}>

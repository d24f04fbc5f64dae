import type { RequestFault } from '../control/faults'
import { newId } from '../ids'
import { inUnit, type Program } from '../program'
import type { CommittedDelivery, Unit } from '../store/unit'
import { API_VERSION } from '../wire'
import { ApiError, errorEnvelope } from './api-error'
import { authenticate } from './authenticate'
import { expand, readExpand } from './expand'
import { readShape } from './fields'
import { decodeForm } from './form'
import { checkKey, KeysInFlight, lookUpKey } from './idempotency'
import { routeMatcher, type Matched, type Route } from './routes'

export type ApiRequest = Readonly<{
  method: string
  path: string
  query: string
  headers: Headers
  body: string
}>

export type ApiAnswer = Readonly<{
  status: number
  headers: Readonly<Record<string, string>>
  body: string
  /** What becomes of the connection instead of this answer. */
  cut: 'none' | 'before' | 'hang' | 'truncate'
  /** To be sent once the answer is out. */
  deliveries: readonly CommittedDelivery[]
}>

type Result = Readonly<{ status: number; body: string }>
type Told = Result &
  Readonly<{ deliveries: readonly CommittedDelivery[]; replayed: string | null; retry?: boolean }>

/** The API under /v1, in the order Stripe refuses: key, route, parameters, idempotency, then the deed itself. */
export function apiAnswerer(
  program: Program,
  routes: readonly Route[],
): (request: ApiRequest) => Promise<ApiAnswer> {
  const match = routeMatcher(routes)
  const inFlight = new KeysInFlight()

  const perform = async (
    request: ApiRequest,
    requestId: string,
    fault: RequestFault | null,
  ): Promise<Told> => {
    authenticate(request.headers, program.secretKey)
    const matched = match(request.method, request.path)
    if (matched === null) {
      throw new ApiError(404, {
        type: 'invalid_request_error',
        message: `Unrecognized request URL (${request.method}: ${request.path}). If you are trying to list objects, remove the trailing slash. If you are trying to retrieve an object, make sure you passed a valid (non-empty) identifier in your code.`,
      })
    }
    failBefore(fault)
    const key = request.method === 'POST' ? request.headers.get('idempotency-key') : null
    if (key === null) return execute(program, request, matched, requestId, null, fault)
    checkKey(key)
    const free = inFlight.take(key)
    try {
      const reuse = await lookUpKey(program, key, request)
      if (reuse.kind === 'replay') {
        return { status: reuse.status, body: reuse.body, deliveries: [], replayed: reuse.requestId }
      }
      return await execute(
        program,
        request,
        matched,
        requestId,
        { key, fingerprint: reuse.fingerprint },
        fault,
      )
    } finally {
      free()
    }
  }

  return async (request) => {
    const requestId = newId('req')
    const fault = program.faults.take(request.method, request.path)
    const told: Told =
      fault === 'reset-before'
        ? { status: 0, body: '', deliveries: [], replayed: null }
        : await perform(request, requestId, fault).catch((error: unknown) => refusal(error, requestId))
    const key = request.headers.get('idempotency-key')
    program.requests.add({
      requestId,
      method: request.method,
      path: request.path,
      idempotencyKey: key,
      at: new Date().toISOString(),
      status: told.status,
      replayed: told.replayed !== null,
      fault,
    })
    return {
      status: told.status,
      body: told.body,
      headers: {
        'content-type': 'application/json',
        'request-id': requestId,
        'stripe-version': API_VERSION,
        ...(key === null || request.method !== 'POST' ? {} : { 'idempotency-key': key }),
        ...(told.replayed === null
          ? {}
          : { 'idempotent-replayed': 'true', 'original-request': told.replayed }),
        ...(told.retry === undefined ? {} : { 'stripe-should-retry': String(told.retry) }),
      },
      cut: cutOf(fault),
      deliveries: told.deliveries,
    }
  }
}

function cutOf(fault: RequestFault | null): ApiAnswer['cut'] {
  if (fault === 'reset-before' || fault === 'reset-after') return 'before'
  if (fault === 'timeout-after') return 'hang'
  return fault === 'truncate' ? 'truncate' : 'none'
}

const BROKEN = {
  type: 'api_error',
  message: 'An error occurred with our connection to the bank (planned by a test).',
} as const

/** Faults that strike before anything is done; nothing is kept of such a request. */
function failBefore(fault: RequestFault | null): void {
  if (fault === '429') {
    throw new ApiError(429, {
      type: 'rate_limit_error',
      code: 'rate_limit',
      message: 'Request rate limit exceeded.',
    })
  }
  if (fault === '409') {
    throw new ApiError(409, {
      type: 'invalid_request_error',
      code: 'lock_timeout',
      message:
        'This object cannot be accessed right now because another API request is currently accessing it.',
    })
  }
  if (fault === '500') throw new ApiError(500, BROKEN)
}

/** Carries the request out and keeps, in the same statement, what its key will replay. */
async function execute(
  program: Program,
  request: ApiRequest,
  matched: Matched,
  requestId: string,
  idempotency: Readonly<{ key: string; fingerprint: string }> | null,
  fault: RequestFault | null,
): Promise<Told> {
  const { route, id, subId } = matched
  const form = decodeForm([request.query, request.body].filter((part) => part !== '').join('&'))
  const paths = readExpand(form, route.answers)
  const params = readShape(route.shape, new Map([...form].filter(([name]) => name !== 'expand')), '')

  const run = async (unit: Unit): Promise<Result> => {
    if (unit.now < 0) throw new Error('The emulated time is before 1970.')
    try {
      const answer = await route.run({ unit, params, id, subId, baseUrl: program.baseUrl })
      return { status: 200, body: JSON.stringify(await expand(unit, answer, route.answers, paths)) }
    } catch (error) {
      // A decline is a result: the failed attempt is kept, and so is the answer.
      if (error instanceof ApiError && error.executed) return told(error, requestId)
      throw error
    }
  }
  const broken = told(new ApiError(500, BROKEN), requestId)
  const shown = (result: Result): Result => (fault === '500-after' ? broken : result)
  const { result, deliveries } = await inUnit(
    program,
    { id: requestId, idempotencyKey: idempotency?.key ?? null },
    run,
    (done, unit) =>
      idempotency === null ? null : { ...idempotency, requestId, ...shown(done), created: unit.now },
  )
  return { ...shown(result), deliveries, replayed: null }
}

function told(error: ApiError, requestId: string): Result {
  return { status: error.status, body: JSON.stringify(errorEnvelope(error.body, requestId)) }
}

function refusal(error: unknown, requestId: string): Told {
  if (error instanceof ApiError) {
    return {
      ...told(error, requestId),
      deliveries: [],
      replayed: null,
      ...(error.status === 409 ? { retry: true } : {}),
    }
  }
  console.error(`local Stripe: request ${requestId} failed`, error)
  const body = { type: 'api_error', message: 'The local Stripe failed. Its own output says why.' } as const
  return { ...told(new ApiError(500, body), requestId), deliveries: [], replayed: null }
}

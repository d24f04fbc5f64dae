import type { RequestFault } from '../control/faults'
import { newId } from '../ids'
import type { Program } from '../program'
import { reportFailure } from '../report-failure'
import type { CommittedDelivery } from '../store/unit'
import { API_VERSION } from '../wire'
import { ApiError } from './api-error'
import { authenticate } from './authenticate'
import { BROKEN, executeRequest, refused, type ApiRequest, type Told } from './execute-request'
import { checkKey, KeysInFlight, lookUpKey } from './idempotency'
import { routeMatcher, type Matched, type Route } from './routes'

export type ApiAnswer = Readonly<{
  status: number
  headers: Readonly<Record<string, string>>
  body: string
  /** What becomes of the connection instead of this answer. */
  cut: 'none' | 'before' | 'hang' | 'truncate'
  /** To be sent once the answer is out. */
  deliveries: readonly CommittedDelivery[]
}>

type Match = (method: string, path: string) => Matched | null

/** The API under /v1. Nothing it is asked makes it throw. */
export function apiAnswerer(
  program: Program,
  routes: readonly Route[],
): (request: ApiRequest) => Promise<ApiAnswer> {
  const match = routeMatcher(routes)
  const inFlight = new KeysInFlight()
  return async (request) => {
    const requestId = newId('req')
    const fault = program.faults.take(request.method, request.path)
    const told: Told =
      fault === 'reset-before'
        ? { status: 0, body: '', deliveries: [], replayed: null }
        : await perform(program, match, inFlight, request, requestId, fault).catch((error: unknown) =>
            refusal(error, requestId),
          )
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
      headers: headersOf(told, requestId, request.method === 'POST' ? key : null),
      cut: cutOf(fault),
      deliveries: told.deliveries,
    }
  }
}

/** In the order Stripe refuses: key, route, parameters, idempotency, then the deed itself. */
async function perform(
  program: Program,
  match: Match,
  inFlight: KeysInFlight,
  request: ApiRequest,
  requestId: string,
  fault: RequestFault | null,
): Promise<Told> {
  authenticate(request.headers, program.secretKey)
  const matched = match(request.method, request.path)
  if (matched === null) throw unknownRoute(request)
  failBefore(fault)
  const key = request.method === 'POST' ? request.headers.get('idempotency-key') : null
  if (key === null) return executeRequest(program, request, matched, { requestId, idempotency: null, fault })
  checkKey(key)
  const free = inFlight.take(key)
  try {
    const reuse = await lookUpKey(program, key, request)
    if (reuse.kind === 'replay') {
      return { status: reuse.status, body: reuse.body, deliveries: [], replayed: reuse.requestId }
    }
    const idempotency = { key, fingerprint: reuse.fingerprint }
    return await executeRequest(program, request, matched, { requestId, idempotency, fault })
  } finally {
    free()
  }
}

function headersOf(told: Told, requestId: string, key: string | null): Record<string, string> {
  return {
    'content-type': 'application/json',
    'request-id': requestId,
    'stripe-version': API_VERSION,
    ...(key === null ? {} : { 'idempotency-key': key }),
    ...(told.replayed === null ? {} : { 'idempotent-replayed': 'true', 'original-request': told.replayed }),
    ...(told.retry === undefined ? {} : { 'stripe-should-retry': String(told.retry) }),
  }
}

function cutOf(fault: RequestFault | null): ApiAnswer['cut'] {
  if (fault === 'reset-before' || fault === 'reset-after') return 'before'
  if (fault === 'timeout-after') return 'hang'
  return fault === 'truncate' ? 'truncate' : 'none'
}

function unknownRoute({ method, path }: ApiRequest): ApiError {
  return new ApiError(404, {
    type: 'invalid_request_error',
    message: `Unrecognized request URL (${method}: ${path}). If you are trying to list objects, remove the trailing slash. If you are trying to retrieve an object, make sure you passed a valid (non-empty) identifier in your code.`,
  })
}

/** Faults that strike before anything is done; nothing is kept of such a request. */
function failBefore(fault: RequestFault | null): void {
  if (fault === '401') {
    throw new ApiError(401, {
      type: 'invalid_request_error',
      code: 'api_key_expired',
      message: 'Expired API Key provided.',
    })
  }
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

function refusal(error: unknown, requestId: string): Told {
  if (error instanceof ApiError) {
    const retry = error.status === 409 ? { retry: true } : {}
    return { ...refused(error, requestId), deliveries: [], replayed: null, ...retry }
  }
  reportFailure(`request ${requestId} failed`, error)
  const body = { type: 'api_error', message: 'The local Stripe failed. Its own output says why.' } as const
  return { ...refused(new ApiError(500, body), requestId), deliveries: [], replayed: null }
}

import type { RequestFault } from '../control/faults'
import { inUnit, type Program } from '../program'
import type { CommittedDelivery, Unit } from '../store/unit'
import { ApiError, errorEnvelope } from './api-error'
import { expand, readExpand } from './expand'
import { decodeForm } from './form'
import type { Matched } from './routes'

export type ApiRequest = Readonly<{
  method: string
  path: string
  query: string
  headers: Headers
  body: string
}>

/** What the client is told, and what it set off. */
export type Told = Readonly<{
  status: number
  body: string
  deliveries: readonly CommittedDelivery[]
  /** The request whose answer this repeats; null for an answer of its own. */
  replayed: string | null
  retry?: boolean
}>

type Result = Readonly<{ status: number; body: string }>
type Execution = Readonly<{
  requestId: string
  idempotency: Readonly<{ key: string; fingerprint: string }> | null
  fault: RequestFault | null
}>

export const BROKEN = {
  type: 'api_error',
  message: 'An unknown error occurred (planned by a test of the local Stripe).',
} as const

/**
 * Carries one request out, and keeps in the same statement what its idempotency key will replay: a success, a
 * decline, or the error 500 that was planned to follow. @throws ApiError for what was refused before it ran.
 */
export async function executeRequest(
  program: Program,
  request: ApiRequest,
  { route, id, subId }: Matched,
  { requestId, idempotency, fault }: Execution,
): Promise<Told> {
  const form = decodeForm([request.query, request.body].filter((part) => part !== '').join('&'))
  const paths = readExpand(form, route.answers)
  const deed = route.prepare(new Map([...form].filter(([name]) => name !== 'expand')))

  const run = async (unit: Unit): Promise<Result> => {
    try {
      const answer = await deed({ unit, id, subId, baseUrl: program.baseUrl })
      return { status: 200, body: JSON.stringify(await expand(unit, answer, route.answers, paths)) }
    } catch (error) {
      // A decline is a result: the failed attempt is kept, and so is the answer.
      if (error instanceof ApiError && error.executed) return refused(error, requestId)
      throw error
    }
  }
  const broken = refused(new ApiError(500, BROKEN), requestId)
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

export function refused(error: ApiError, requestId: string): Result {
  return { status: error.status, body: JSON.stringify(errorEnvelope(error.body, requestId)) }
}

import type { Faults } from './control/faults'
import type { RequestLog } from './control/request-log'
import type { EmulatedClock } from './clock'
import { ApiError } from './http/api-error'
import { StaleRead, type KeptAnswer, type Sql } from './store/store'
import { Unit, type CommittedDelivery, type RequestOrigin } from './store/unit'
import type { DeliveryWorker } from './webhooks/delivery-worker'

/** What every part of the running program shares. */
export type Program = Readonly<{
  sql: Sql
  clock: EmulatedClock
  faults: Faults
  requests: RequestLog
  deliveries: DeliveryWorker
  /** Where browsers and clients reach it, without a slash at the end. */
  baseUrl: string
  /** Null accepts any test key. */
  secretKey: string | null
}>

type Work<T> = (unit: Unit) => Promise<T>
type Done<T> = Readonly<{ result: T; deliveries: readonly CommittedDelivery[] }>

const ATTEMPTS = 60

/**
 * Runs work as if alone: what it read and wrote is checked and kept in one statement, and where something changed
 * meanwhile it runs again from the start. `keep` makes the answer that is stored with it.
 * @throws ApiError 429 lock_timeout where it never gets through.
 */
export async function inUnit<T>(
  program: Program,
  origin: RequestOrigin,
  work: Work<T>,
  keep: (result: T, unit: Unit) => KeptAnswer | null = () => null,
  /** The emulated second it is for this work, where that is not the clock's own. */
  at?: number,
): Promise<Done<T>> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const unit = new Unit(program.sql, at ?? program.clock.nowSeconds(), origin)
    try {
      const result = await work(unit)
      return { result, deliveries: await unit.commit(keep(result, unit)) }
    } catch (error) {
      if (!(error instanceof StaleRead)) throw error
      // Someone else got through, so the whole makes progress; the pause only thins the crowd.
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 2 * attempt))
    }
  }
  throw new ApiError(429, {
    type: 'invalid_request_error',
    code: 'lock_timeout',
    message:
      'This object cannot be accessed right now because another API request or Stripe process is currently accessing it.',
  })
}

/** Work of the program itself or of a page: no API request is behind its events. `at` as in `inUnit`. */
export async function inOwnUnit<T>(program: Program, work: Work<T>, at?: number): Promise<T> {
  const done = await inUnit(program, { id: null, idempotencyKey: null }, work, () => null, at)
  program.deliveries.enqueue(done.deliveries)
  return done.result
}

import { performance } from 'node:perf_hooks'
import { setTimeout as delay } from 'node:timers/promises'
import { BillingError } from '@/lib/kit/errors'
import type { Database, Sql } from './client'

const RETRIED_SQLSTATES = new Set(['40001', '40P01', '53300', '55P03', '57014', '57P01', '57P02', '57P03'])
const UNAVAILABLE_SQLSTATES = new Set(['25006', '53100', '53200', '58030'])
const RETRIED_DRIVER_CODES = new Set([
  'CONNECTION_CLOSED',
  'CONNECTION_DESTROYED',
  'CONNECTION_ENDED',
  'CONNECT_TIMEOUT',
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOENT',
  'EPIPE',
  'ETIMEDOUT',
])

class CallTimedOut extends Error {}

/**
 * Runs one idempotent statement and answers within `budgetMs`. Lost connections, deadlocks, statements and locks that
 * waited too long, and calls the driver never answers (postgres.js can lose one when its backend dies) are repeated:
 * the statement carries its own key, so a repeat of what was committed after all changes nothing. A budget that ends
 * before a full attempt gives up this call only: it says nothing about the pool, which others are using.
 * @throws BillingError `database_unavailable` when the budget is used up; anything else as the database raised it.
 */
export async function callDatabase<T>(
  db: Database,
  run: (sql: Sql) => Promise<T>,
  budgetMs = 9_000,
): Promise<T> {
  const deadline = performance.now() + budgetMs
  for (let attempt = 1; ; attempt++) {
    const sql = db.sql
    const waitMs = Math.min(db.attemptMs, deadline - performance.now())
    try {
      return await within(waitMs, run(sql))
    } catch (error) {
      if (error instanceof CallTimedOut) {
        if (waitMs === db.attemptMs) db.renew(sql)
      } else if (!isRetried(error)) throw asUnavailable(error)
      const pause = Math.random() * Math.min(1_000, 25 * 2 ** attempt)
      if (performance.now() + pause >= deadline) throw unavailable(error)
      await delay(pause)
    }
  }
}

/** Whether the database, and not the statement, was at fault: it is gone, full, starting or stopping. */
export function isDatabaseOutage(error: unknown): boolean {
  return isRetried(error) || UNAVAILABLE_SQLSTATES.has(codeOf(error))
}

/** A bare timer: racing against an abortable promise costs a call 30 µs, as much as PostgreSQL's share of a read. */
function within<T>(milliseconds: number, promise: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const giveUp = () => reject(new CallTimedOut('The database did not answer in time.'))
    const timer = setTimeout(giveUp, Math.max(1, milliseconds))
    promise.then(
      (value) => {
        clearTimeout(timer)
        resolve(value)
      },
      (error: unknown) => {
        clearTimeout(timer)
        reject(error instanceof Error ? error : new Error(String(error)))
      },
    )
  })
}

function isRetried(error: unknown): boolean {
  const code = codeOf(error)
  return RETRIED_SQLSTATES.has(code) || RETRIED_DRIVER_CODES.has(code) || code.startsWith('08')
}

function asUnavailable(error: unknown): unknown {
  return UNAVAILABLE_SQLSTATES.has(codeOf(error)) ? unavailable(error) : error
}

function unavailable(cause: unknown): BillingError {
  return new BillingError('database_unavailable', 'Temporarily unavailable. Try again in a moment.', {
    retryAfterSeconds: 5,
    cause,
  })
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
}

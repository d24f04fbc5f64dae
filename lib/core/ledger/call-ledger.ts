import { setTimeout as sleep } from 'node:timers/promises'
import type { Database, Sql } from '@/lib/db/client'
import { BillingError } from '@/lib/kit/errors'

const TIMEOUT_MILLISECONDS = 6_000
const ATTEMPTS_MAX = 5
const BACKOFF_MILLISECONDS = 40

/** Deadlock, serialization failure, lock and statement timeouts, server going down or coming up. */
const RETRIED_STATES = new Set(['40P01', '40001', '55P03', '57014', '57P01', '57P02', '57P03', '53300'])

/** How postgres.js and Node name a connection that could not be had, or was lost with the outcome unknown. */
const LOST_CONNECTIONS = new Set([
  'CONNECTION_CLOSED',
  'CONNECTION_ENDED',
  'CONNECTION_DESTROYED',
  'CONNECT_TIMEOUT',
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
])

class CallTimeout extends Error {}

/**
 * Runs one ledger call: one statement that calls one function with a reference, so that it may be sent again when
 * the outcome of a try is unknown. A try that hangs for 6 s also costs the pool it hangs in.
 * @throws BillingError `database_unavailable` after the last try, and the database's error where trying again cannot help.
 */
export async function callLedger<T>(db: Database, call: (sql: Sql) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    const sql = db.sql
    try {
      return await within(TIMEOUT_MILLISECONDS, call(sql))
    } catch (error) {
      if (!isWorthRetrying(error)) throw error
      if (error instanceof CallTimeout) db.renew(sql)
      if (attempt === ATTEMPTS_MAX) {
        throw new BillingError('database_unavailable', 'The ledger cannot be reached. Try again shortly.', {
          cause: error,
          retryAfterSeconds: 5,
        })
      }
      await sleep(BACKOFF_MILLISECONDS * 2 ** attempt * (0.5 + Math.random()))
    }
  }
}

async function within<T>(milliseconds: number, call: Promise<T>): Promise<T> {
  const done = new AbortController()
  const late = sleep(milliseconds, undefined, { signal: done.signal, ref: false }).then(() => {
    throw new CallTimeout(`No answer within ${milliseconds} ms`)
  })
  late.catch(() => {})
  try {
    return await Promise.race([call, late])
  } finally {
    done.abort()
  }
}

function isWorthRetrying(error: unknown): boolean {
  if (error instanceof CallTimeout) return true
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return typeof code === 'string' && (RETRIED_STATES.has(code) || LOST_CONNECTIONS.has(code))
}

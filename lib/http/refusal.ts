import type { Logger } from 'pino'
import { isDatabaseOutage } from '@/lib/db/call'
import { BillingError } from '@/lib/kit/errors'
import type { Refusal, TransportErrorCode } from './dialect'

/**
 * What the caller is told of anything thrown. Refusals of ours keep their public message; an outage of the database
 * is named as such; everything else is logged whole and answered with the request id only.
 */
export function refusalOf(error: unknown, requestId: string, log: Logger): Refusal {
  if (error instanceof BillingError) {
    const { code, message, fields, issues, details, retryAfterSeconds, isUnanswered } = error
    log.info({ requestId, code, internal: error.internal, cause: error.cause }, message)
    return { code, message, fields, issues, details, retryAfterSeconds, isUnanswered, requestId }
  }
  if (isOutage(error)) {
    log.error({ requestId, err: error }, 'the database does not answer')
    return {
      ...transportRefusal('internal', requestId),
      code: 'database_unavailable',
      message: 'Temporarily unavailable. Try again shortly.',
      retryAfterSeconds: 5,
    }
  }
  log.error({ requestId, err: error }, 'unexpected error')
  return transportRefusal('internal', requestId)
}

export function transportRefusal(code: TransportErrorCode, requestId: string): Refusal {
  return {
    code,
    message: MESSAGES[code](requestId),
    fields: undefined,
    details: undefined,
    retryAfterSeconds: undefined,
    requestId,
  }
}

const MESSAGES: Readonly<Record<TransportErrorCode, (requestId: string) => string>> = {
  internal: (requestId) => `Something went wrong. Quote ${requestId} when you ask for help.`,
  route_not_found: () => 'Not found',
  method_not_allowed: () => 'Method not allowed',
}

/** Libraries wrap what the driver threw: the reason is somewhere down the causes. */
function isOutage(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (isDatabaseOutage(cause)) return true
  }
  return false
}

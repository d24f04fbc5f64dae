import Stripe from 'stripe'
import type { Logger } from 'pino'
import { createAlarm } from './alarm'

export const API_VERSION = '2026-10-28.endive'

/** A write may take long, since its outcome matters; a read holds up a page. */
export const WRITE_TIMEOUT_MS = 20_000
export const READ_TIMEOUT_MS = 6_000

type Options = Readonly<{
  secretKey: string
  /** A stand-in for Stripe on this machine, or undefined for Stripe itself. The environment refuses it with a live key. */
  apiBase: string | undefined
  log: Logger
}>

/**
 * The SDK, pinned to our API version and without its own retries: `call-stripe.ts` retries, so that each attempt passes
 * the limiter. Logs method, path, status, request id and latency of each call, never a key or a body.
 */
export function openStripeClient(options: Options): Stripe {
  const client = new Stripe(options.secretKey, {
    ...address(options.apiBase),
    apiVersion: API_VERSION,
    maxNetworkRetries: 0,
    timeout: WRITE_TIMEOUT_MS,
    telemetry: false,
    appInfo: { name: 'talktime' },
  })
  const alarm = createAlarm(options.log)
  onResponse(client, (event) => {
    if (event.status === 401 || event.status === 403) {
      const fields = { method: event.method, status: event.status, stripeRequestId: event.request_id }
      alarm('key', fields, 'Stripe refuses our key: nothing is sold or booked until the operator replaces it')
    }
    const level = event.status === 429 || event.status >= 500 ? 'warn' : 'debug'
    options.log[level](
      {
        method: event.method,
        path: event.path.split('?', 1)[0],
        status: event.status,
        stripeRequestId: event.request_id,
        elapsedMs: event.elapsed,
      },
      'stripe call',
    )
  })
  return client
}

function address(apiBase: string | undefined): Stripe.StripeConfig {
  if (apiBase === undefined) return {}
  const { hostname, port, protocol } = new URL(apiBase)
  const secure = protocol === 'https:'
  const defaultPort = secure ? 443 : 80
  return { host: hostname, port: port === '' ? defaultPort : port, protocol: secure ? 'https' : 'http' }
}

/** The SDK declares `on` without a type; this is the one that its documentation gives. */
function onResponse(client: Stripe, listener: (event: Stripe.ResponseEvent) => void): void {
  const emitter: Readonly<{ on(name: 'response', listener: (event: Stripe.ResponseEvent) => void): void }> =
    client
  emitter.on('response', listener)
}

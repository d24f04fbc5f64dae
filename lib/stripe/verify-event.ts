import Stripe from 'stripe'
import type { ProviderEvent } from '@/lib/core/ports/payment-provider'
import { parseEvent } from './parse/event'

const TOLERANCE_SECONDS = 300

/**
 * The event in a webhook's raw body, or null for anything that Stripe did not sign with one of the secrets within the
 * last 300 seconds. Real time. The SDK accepts times in the future, so that bound is ours.
 */
export function verifyEvent(
  rawBody: Uint8Array,
  signatureHeader: string | null,
  secrets: readonly string[],
  realNow: Date = new Date(),
): ProviderEvent | null {
  if (signatureHeader === null || !isCurrent(signatureHeader, realNow)) return null
  const body = decode(rawBody)
  if (body === null) return null
  for (const secret of secrets) {
    const event = constructEvent(body, signatureHeader, secret, realNow)
    if (event !== null) return parseEvent(event, body)
  }
  return null
}

/** The exact text of the bytes, null where they are no UTF-8. The usual decoders drop a byte order mark: altered bytes. */
function decode(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return null
  }
}

function constructEvent(body: string, header: string, secret: string, realNow: Date): unknown {
  try {
    return Stripe.webhooks.constructEvent(
      body,
      header,
      secret,
      TOLERANCE_SECONDS,
      undefined,
      realNow.getTime(),
    )
  } catch {
    return null
  }
}

/** One `t`, a whole number of seconds, not more than 300 away in either direction. */
function isCurrent(header: string, realNow: Date): boolean {
  const times = header.split(',').filter((part) => part.startsWith('t='))
  const [time] = times
  if (time === undefined || times.length !== 1 || !/^t=\d{1,12}$/.test(time)) return false
  return Math.abs(Number(time.slice(2)) - realNow.getTime() / 1000) <= TOLERANCE_SECONDS
}

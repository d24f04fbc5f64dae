import type { Instant } from '@/lib/kit/clock'
import { usd, type Money } from '@/lib/kit/money'
import { fareKey } from './arrange-fares'
import type { Fare, FareTable } from './fare'

export type RatedUsage = Readonly<{
  fareName: string
  /** What is charged for: seconds of a call, or messages. */
  billedQuantity: number
  amount: Money
}>

type Use = Readonly<{
  kind: 'call' | 'sms'
  /** Seconds of a call, or messages: a whole number, not negative. */
  quantity: number
  /** E.164; null for what came in. */
  destination: string | null
  occurredAt: Instant
}>

const SECONDS_PER_MINUTE = 60n

/**
 * What usage costs by the fare that was in force when it occurred: of those whose prefix the destination begins with, the
 * one with the longest, in its latest version of then. Exact: rounded up once to the increment and once to the
 * micro-dollar. A call that was not answered (no seconds) costs nothing. Null: no fare says what it costs.
 */
export function rateUsage(fares: FareTable, use: Use): RatedUsage | null {
  const fare = findFare(fares, use)
  if (fare === null) return null
  const { name: fareName, price } = fare
  if (use.kind === 'sms') {
    const amount = usd(price.micros * BigInt(use.quantity))
    return { fareName, billedQuantity: use.quantity, amount }
  }
  const billedQuantity = billedSeconds(use.quantity, fare)
  const amount = usd(ceilDivide(price.micros * BigInt(billedQuantity), SECONDS_PER_MINUTE))
  return { fareName, billedQuantity, amount }
}

function findFare({ versions, prefixLengths }: FareTable, use: Use): Fare | null {
  const destination = use.destination ?? ''
  for (const length of prefixLengths) {
    if (length > destination.length) continue
    const version = versions
      .get(fareKey(use.kind, destination.slice(0, length)))
      ?.find(({ effectiveFrom }) => effectiveFrom <= use.occurredAt)
    if (version !== undefined) return version
  }
  return null
}

/** At least the minimum, then up to the next whole increment. */
function billedSeconds(seconds: number, { incrementSeconds, minimumSeconds }: Fare): number {
  if (seconds === 0) return 0
  const beyond = Math.max(seconds, minimumSeconds) % incrementSeconds
  return Math.max(seconds, minimumSeconds) + (beyond === 0 ? 0 : incrementSeconds - beyond)
}

/** Rounds up; of numbers that are not negative. */
function ceilDivide(dividend: bigint, divisor: bigint): bigint {
  return (dividend + divisor - 1n) / divisor
}

import type { Instant } from '@/lib/kit/clock'
import type { Money } from '@/lib/kit/money'

/** What a call or a message to some destinations costs from a moment on. */
export type Fare = Readonly<{
  kind: 'call' | 'sms'
  /** How the destination begins: `+49`. `+`: every destination. Empty: without a destination, which is what came in. */
  prefix: string
  effectiveFrom: Instant
  /** What customers read. */
  name: string
  /** Of a minute, or of a message; at most `FARE_PRICE_MAX`. */
  price: Money
  /** Calls are charged in whole increments, of 1 to 3600 seconds; 1 for messages, whose unit is the message. */
  incrementSeconds: number
  /** And for no less than this, from 0 to 3600 seconds; 0 for messages. */
  minimumSeconds: number
}>

/** A hundred dollars in micro-dollars: the dearest call that `QUANTITY_MAX` allows still fits a posting. */
export const FARE_PRICE_MAX = 100_000_000n

/** Fares arranged for looking one up; see `arrangeFares`. */
export type FareTable = Readonly<{
  /** By kind and prefix: the versions, latest first. */
  versions: ReadonlyMap<string, readonly Fare[]>
  /** The lengths that prefixes have, longest first. */
  prefixLengths: readonly number[]
}>

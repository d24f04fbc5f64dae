import { invariant } from './assert'

export type Currency = 'USD'

/** An exact amount in micro-dollars (1 USD = 1,000,000). May be negative where the holder says so. */
export type Money = Readonly<{ currency: Currency; micros: bigint }>

export const MICROS_PER_CENT = 10_000n
const MICROS_PER_UNIT = 1_000_000n

/** The largest amount a posting may carry, in micro-dollars: one million dollars. */
export const POSTING_MICROS_MAX = 1_000_000n * MICROS_PER_UNIT

/** Dollars from whole micro-dollars. */
export function usd(micros: bigint): Money {
  return { currency: 'USD', micros }
}

export const ZERO: Money = usd(0n)

const CENT: Money = usd(MICROS_PER_CENT)

/** Exact: every cent is a whole number of micro-dollars. `cents` must be a safe integer. */
export function usdFromCents(cents: number | bigint): Money {
  invariant(typeof cents === 'bigint' || Number.isSafeInteger(cents), 'cents are a safe integer')
  return usd(BigInt(cents) * MICROS_PER_CENT)
}

/** Cents, rounded toward minus infinity: what a wallet balance shows on the wire (contract.md section 6, row 3). */
export function floorCents(money: Money): number {
  return floorUnits(money, CENT)
}

/** How many whole times a positive amount goes into another, rounded toward minus infinity: cents, or credits of a price. */
export function floorUnits(money: Money, unit: Money): number {
  const units = money.micros / unit.micros
  return safeNumber(money.micros % unit.micros < 0n ? units - 1n : units)
}

/** The same, rounded up. */
export function ceilUnits(money: Money, unit: Money): number {
  // Subtracted, not negated: zero is not to become minus zero.
  return 0 - floorUnits(usd(-money.micros), unit)
}

/** Cents, rounded away from zero: what a charge for usage shows, so that no usage shows as free. */
export function ceilCents(money: Money): number {
  return ceilUnits(money, CENT)
}

/** Cents of an amount that is a whole number of cents; throws otherwise. What Stripe is told is always exact. */
export function exactCents(money: Money): number {
  invariant(money.micros % MICROS_PER_CENT === 0n, `${money.micros} micro-dollars are not whole cents`)
  return safeNumber(money.micros / MICROS_PER_CENT)
}

/** Dollars with all six digits, for programs and spreadsheets: `-0.004200`. */
export function dollarsText({ micros }: Money): string {
  const digits = (micros < 0n ? -micros : micros).toString().padStart(7, '0')
  return `${micros < 0n ? '-' : ''}${digits.slice(0, -6)}.${digits.slice(-6)}`
}

function safeNumber(value: bigint): number {
  const number = Number(value)
  invariant(Number.isSafeInteger(number), 'cents fit a JSON number')
  return number
}

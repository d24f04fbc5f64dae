import { isLosslessNumber, type LosslessNumber } from 'lossless-json'
import { z } from 'zod'
import { floorCents, usdFromCents, type Money } from '@/lib/kit/money'
import { wireNumber, type WireNumber } from './json'

/** Beyond this no amount means anything, and its digits need not be read. */
const DIGITS_MAX = 12

/**
 * An amount in dollars as Talkover's requests carry it: a JSON number of at most two decimals, written without an
 * exponent, read from its digits. Which amounts are too small or too large is the verb's to say.
 */
export const wireAmount = z
  .custom<LosslessNumber>(isLosslessNumber, 'Must be a number')
  .transform((number, check): Money => {
    const cents = centsOf(number.value)
    if (typeof cents === 'bigint') return usdFromCents(cents)
    check.addIssue({ code: 'custom', message: cents })
    return z.NEVER
  })
  .meta({ type: 'number', multipleOf: 0.01 })

/** A whole number within bounds, as Talkover's requests carry it. */
export function wireInteger(bounds: Readonly<{ min: number; max: number }>) {
  const { min, max } = bounds
  return z
    .custom<LosslessNumber>(isLosslessNumber, 'Must be a number')
    .transform((number) => (/^-?\d{1,12}$/.test(number.value) ? Number(number.value) : null))
    .pipe(z.int('Must be a whole number').min(min).max(max))
    .meta({ type: 'integer', minimum: min, maximum: max })
}

/** Two decimals, always written: `100.00`. What is below a cent is cut off toward minus infinity. */
export function presentAmount(money: Money): WireNumber {
  const cents = floorCents(money)
  const digits = String(Math.abs(cents)).padStart(3, '0')
  return wireNumber(`${cents < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`)
}

/** An amount in an answer, for its contract. */
export const shownAmount = z.custom<WireNumber>(isLosslessNumber).meta({ type: 'number' })

/** An id in an answer that is a whole number, however many digits it has. */
export const shownId = z.custom<WireNumber>(isLosslessNumber).meta({ type: 'integer' })

/** The cents that these digits name, or what is wrong with them. */
function centsOf(digits: string): bigint | string {
  const [, sign, whole, decimals = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(digits) ?? []
  if (whole === undefined) return 'Must be written without an exponent'
  if (decimals.length > 2) return 'Must have at most two decimals'
  if (whole.length > DIGITS_MAX) return 'Too large'
  const cents = BigInt(whole) * 100n + BigInt(decimals.padEnd(2, '0'))
  return sign === '-' ? -cents : cents
}

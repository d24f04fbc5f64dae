import { usd, type Money } from './money'

/** Beyond a million dollars no amount that is typed means anything. */
const WHOLE_DIGITS_MAX = 7

/**
 * An amount as people type it (`25`, `25.5`, `$1,250.00`), from its digits; null where it is none, is below zero or has
 * parts of a cent.
 */
export function readDollars(text: string): Money | null {
  const [, whole, decimals = ''] = /^\$?\s*(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d{0,2}))?$/.exec(text.trim()) ?? []
  const digits = whole?.replaceAll(',', '').replace(/^0+(?=\d)/, '')
  if (digits === undefined || digits.length > WHOLE_DIGITS_MAX) return null
  return usd(BigInt(digits) * 1_000_000n + BigInt(decimals.padEnd(2, '0')) * 10_000n)
}

/** The same amount for a text field: `25.00`, without sign of currency. Whole cents, not below zero. */
export function typedDollars({ micros }: Money): string {
  const cents = (micros / 10_000n).toString().padStart(3, '0')
  return `${cents.slice(0, -2)}.${cents.slice(-2)}`
}

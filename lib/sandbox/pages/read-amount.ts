import { formatAmount, fractionDigits } from './format-amount'

export type AmountLimits = Readonly<{ minimumCents: number | null; maximumCents: number | null }>

export type AmountReading =
  Readonly<{ ok: true; amountCents: number }> | Readonly<{ ok: false; message: string }>

/**
 * Reads an amount as a person types it: "25", "25.5", "25.00", "$1,000". Commas only where they group thousands, so
 * that "1,00" is refused rather than guessed at. Limits are inclusive; where the price has none, Stripe's own apply.
 */
export function readAmount(text: string, limits: AmountLimits, currency: string): AmountReading {
  const amountCents = parseAmount(text, fractionDigits(currency))
  if (amountCents === null) {
    return { ok: false, message: `Enter an amount in ${currency.toUpperCase()}, such as 25.00.` }
  }
  const { minimumCents, maximumCents } = effectiveLimits(limits)
  if (amountCents < minimumCents) {
    return { ok: false, message: `The smallest amount is ${formatAmount(minimumCents, currency)}.` }
  }
  if (amountCents > maximumCents) {
    return { ok: false, message: `The largest amount is ${formatAmount(maximumCents, currency)}.` }
  }
  return { ok: true, amountCents }
}

/** The limits in words, shown under the field before anything is typed. */
export function describeLimits(limits: AmountLimits, currency: string): string {
  const { minimumCents, maximumCents } = effectiveLimits(limits)
  return `Between ${formatAmount(minimumCents, currency)} and ${formatAmount(maximumCents, currency)}.`
}

/** The grammar of an amount; the page's script uses the same text to label the pay button while typing. */
export const AMOUNT_PATTERN = String.raw`^\s*\$?\s*(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d{1,2}))?\s*$`

/** Stripe's smallest charge in USD, and the eight digits its amounts may have. */
const STRIPE_MINIMUM = 50
const STRIPE_MAXIMUM = 99_999_999

function effectiveLimits(limits: AmountLimits) {
  return {
    minimumCents: limits.minimumCents ?? STRIPE_MINIMUM,
    maximumCents: limits.maximumCents ?? STRIPE_MAXIMUM,
  }
}

/** Null where the text is no amount, or more than a number holds exactly. */
function parseAmount(text: string, digits: number): number | null {
  const match = new RegExp(AMOUNT_PATTERN).exec(text)
  if (match === null) return null
  const [, whole = '', fraction = ''] = match
  if (fraction.length > digits) return null
  const minorUnits = Number(whole.replaceAll(',', '') + fraction.padEnd(digits, '0'))
  return Number.isSafeInteger(minorUnits) ? minorUnits : null
}

import type { Money } from './money'

const MICROS_PER_UNIT = 1_000_000n
const MINUS = '\u2212'

export type MoneyText = Readonly<{
  /** Whole cents with sign and currency, as in `−$1,234.56`. */
  cents: string
  /** The digits below a cent, without trailing zeros; empty for whole cents. */
  belowCent: string
}>

/**
 * An amount as digits, exact: nothing is rounded and no float is touched. The whole units are formatted as a
 * bigint, the fraction is put in as text.
 */
export function moneyText({ currency, micros }: Money): MoneyText {
  const size = micros < 0n ? -micros : micros
  const fraction = (size % MICROS_PER_UNIT).toString().padStart(6, '0')
  const text = formatterOf(currency)
    .formatToParts(size / MICROS_PER_UNIT)
    .map((part) => (part.type === 'fraction' ? fraction.slice(0, 2) : part.value))
    .join('')
  return { cents: micros < 0n ? MINUS + text : text, belowCent: fraction.slice(2).replace(/0+$/, '') }
}

/** The whole amount in one string, with as many digits below a cent as it has. */
export function moneyString(money: Money): string {
  const { cents, belowCent } = moneyText(money)
  return cents + belowCent
}

const formatters = new Map<string, Intl.NumberFormat>()

function formatterOf(currency: string): Intl.NumberFormat {
  const known = formatters.get(currency)
  if (known !== undefined) return known
  const made = new Intl.NumberFormat('en-US', { style: 'currency', currency })
  formatters.set(currency, made)
  return made
}

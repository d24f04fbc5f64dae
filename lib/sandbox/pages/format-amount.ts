/**
 * An amount in the currency's smallest unit (cents for USD) as people read it: 2500 is "$25.00". Never rounds:
 * the digits are moved as text, so the figure is the one the core holds.
 */
export function formatAmount(minorUnits: number, currency: string): string {
  return formatter(currency).format(asDecimal(minorUnits, fractionDigits(currency)))
}

/** The same figure without its symbol and grouping, as it stands in an input: 123456 is "1234.56". Throws for what
 * is no whole number of units, whose digits could not be moved. */
export function asDecimal(minorUnits: number, digits: number): `${number}` {
  const sign = minorUnits < 0 ? '-' : ''
  const text = String(Math.abs(minorUnits)).padStart(digits + 1, '0')
  const whole = text.slice(0, text.length - digits)
  return decimal(digits === 0 ? `${sign}${whole}` : `${sign}${whole}.${text.slice(-digits)}`)
}

/** How many digits follow the point: 2 for USD, 0 for JPY. */
export function fractionDigits(currency: string): number {
  return formatter(currency).resolvedOptions().maximumFractionDigits ?? 2
}

/** The symbol alone, for the label in front of an input. */
export function currencySymbol(currency: string): string {
  return (
    formatter(currency)
      .formatToParts(0)
      .find((part) => part.type === 'currency')?.value ?? ''
  )
}

/** A moment in Unix seconds as a date, in UTC, so that a page says the same wherever it is opened. */
export function formatDate(seconds: number): string {
  return new Intl.DateTimeFormat('en-US', { dateStyle: 'long', timeZone: 'UTC' }).format(seconds * 1000)
}

const formatters = new Map<string, Intl.NumberFormat>()

function formatter(currency: string): Intl.NumberFormat {
  const known = formatters.get(currency)
  if (known !== undefined) return known
  const made = new Intl.NumberFormat('en-US', { style: 'currency', currency })
  formatters.set(currency, made)
  return made
}

function decimal(text: string): `${number}` {
  if (!isDecimal(text)) throw new Error(`${text} is not an amount in the smallest unit of a currency.`)
  return text
}

function isDecimal(text: string): text is `${number}` {
  return /^-?\d+(\.\d+)?$/.test(text)
}

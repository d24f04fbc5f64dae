import { usdFromCents, type Money } from '@/lib/kit/money'

const DOLLARS = /^\$?(\d{1,7}|\d{1,3}(?:,\d{3})+)(?:\.(\d{1,2}))?$/

/** What a person types for an amount, as in `25`, `25.5`, `$1,250.00`; null for anything else. */
export function readDollars(text: string): Money | null {
  const [, whole, cents = ''] = DOLLARS.exec(text.trim()) ?? []
  if (whole === undefined) return null
  return usdFromCents(BigInt(whole.replaceAll(',', '')) * 100n + BigInt(cents.padEnd(2, '0')))
}

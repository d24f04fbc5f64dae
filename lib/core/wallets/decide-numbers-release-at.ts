import type { Instant } from '@/lib/kit/clock'
import type { Money } from '@/lib/kit/money'

const GRACE_DAYS = 30
const DAY_MS = 24 * 60 * 60 * 1000

type Standing = Readonly<{
  balance: Money
  /** When the balance last went below zero; null at zero or above. */
  belowZeroSince: Instant | null
  /** Whether a subscription covers the numbers instead of the wallet. */
  subscribed: boolean
}>

/**
 * When the account's numbers are released for non-payment: 30 days after the balance went below zero, and only while
 * the account pays as it goes and is still below zero; null otherwise (contract.md section 6, row 12).
 */
export function decideNumbersReleaseAt({ balance, belowZeroSince, subscribed }: Standing): Instant | null {
  if (subscribed || balance.micros >= 0n || belowZeroSince === null) return null
  return new Date(belowZeroSince.getTime() + GRACE_DAYS * DAY_MS)
}

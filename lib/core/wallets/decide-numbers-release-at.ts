import type { Instant } from '@/lib/kit/clock'
import type { Money } from '@/lib/kit/money'

/** How long an account may stay below zero before its numbers are released: 30 days of 24 hours. */
export const GRACE_SECONDS = 30 * 24 * 60 * 60

type Standing = Readonly<{
  balance: Money
  /** When the balance last went below zero; null at zero or above. */
  belowZeroSince: Instant | null
  /** Whether a subscription covers the account now: the days of grace stand still. */
  releasePaused: boolean
  /** How long subscriptions, ended since, covered the account from `belowZeroSince` on: days that do not count. */
  coveredMilliseconds: number
  /** What the account holds: without a number there is nothing to release. */
  numbers: readonly unknown[]
}>

/**
 * When the account's numbers are released for non-payment: 30 days after the balance went below zero, not counting those
 * that a subscription covered, and only while the account pays as it goes, is still below zero and has numbers; null otherwise
 * (contract.md section 6, row 12). `numbers_release_at` says the same in SQL.
 */
export function decideNumbersReleaseAt(standing: Standing): Instant | null {
  const { balance, belowZeroSince, releasePaused, coveredMilliseconds, numbers } = standing
  if (releasePaused || balance.micros >= 0n || belowZeroSince === null || numbers.length === 0) return null
  return new Date(belowZeroSince.getTime() + GRACE_SECONDS * 1000 + coveredMilliseconds)
}

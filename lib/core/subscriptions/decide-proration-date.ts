import type { Instant } from '@/lib/kit/clock'

/** How long a quote may be used. */
const QUOTE_SECONDS_MAX = 24 * 60 * 60
/** By how much the provider's clock may be ahead of the caller's. */
const AHEAD_SECONDS_MAX = 60

type Period = Readonly<{ periodStart: Instant; periodEnd: Instant }>

/** The moment that a quote made now is reckoned from, in Unix seconds: never outside the period under way. */
export function quoteMoment(now: Instant, { periodStart, periodEnd }: Period): number {
  const seconds = Math.floor(now.getTime() / 1000)
  return Math.min(Math.max(seconds, unixSeconds(periodStart)), unixSeconds(periodEnd) - 1)
}

/** A moment so many seconds before another; after it where that would lie before the period. */
export function momentBeside(seconds: number, away: number, periodStart: Instant): number {
  const earlier = seconds - away
  return earlier < unixSeconds(periodStart) ? seconds + away : earlier
}

/** Why a moment of an earlier quote cannot be used any more; null where it can, or where none was given. */
export function decideProrationDate(given: number | null, now: Instant, period: Period): string | null {
  if (given === null) return null
  const seconds = Math.floor(now.getTime() / 1000)
  if (given > seconds + AHEAD_SECONDS_MAX) return 'Must not be in the future'
  const isStale = given < seconds - QUOTE_SECONDS_MAX || given < unixSeconds(period.periodStart)
  return isStale ? STALE : null
}

export const STALE = 'The quote is out of date: ask for a new preview'

function unixSeconds(instant: Instant): number {
  return Math.floor(instant.getTime() / 1000)
}

import type { Instant } from '@/lib/kit/clock'

/** The next such day of the month after `now`'s own day, in UTC: never the day itself, which would be charged at once. */
export function nextScheduledDay(dayOfMonth: number, now: Instant): string {
  const months = now.getUTCDate() < dayOfMonth ? 0 : 1
  return isoDay(new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + months, dayOfMonth)))
}

/** The day in UTC: `2026-02-28`. */
export function isoDay(at: Instant): string {
  return at.toISOString().slice(0, 10)
}

/** The days left of the month in UTC, today among them. */
export function daysLeftInMonth(now: Instant): number {
  const last = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 0)).getUTCDate()
  return last - now.getUTCDate() + 1
}

/** The first moment of the next month in UTC. */
export function nextMonth(now: Instant): Instant {
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 1))
}

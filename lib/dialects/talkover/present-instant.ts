import type { Instant } from '@/lib/kit/clock'

/** UTC, whole seconds: a fraction is cut off, so that nothing seems to happen later than it did. */
export function presentInstant(instant: Instant): string {
  return wholeSeconds(instant.toISOString())
}

/** The same of a moment in ISO form, in UTC, with any fraction. */
export function wholeSeconds(text: string): string {
  return `${text.slice(0, 19)}Z`
}

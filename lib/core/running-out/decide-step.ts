import type { Instant } from '@/lib/kit/clock'

const DAY_MS = 24 * 60 * 60 * 1000

/** The ladder, from the first warning to the release, in the order in which its steps come. */
export const STEPS = ['below-zero', 'week', 'day', 'release'] as const
export type Step = (typeof STEPS)[number]

type Course = Readonly<{ belowZeroSince: Instant; releaseAt: Instant }>

/** When each step comes: at once, a week and a day before the numbers are released, and then. */
export function datesOfSteps({ belowZeroSince, releaseAt }: Course): Readonly<Record<Step, Instant>> {
  // Where few days were left when a subscription ended, a step's time may have been before the debt.
  const before = (days: number) =>
    new Date(Math.max(belowZeroSince.getTime(), releaseAt.getTime() - days * DAY_MS))
  return { 'below-zero': belowZeroSince, week: before(7), day: before(1), release: releaseAt }
}

/** The last step whose time has come; null before the first. One that was slept through is not caught up on. */
export function decideStep(course: Course, now: Instant): Step | null {
  const dates = datesOfSteps(course)
  return STEPS.findLast((step) => dates[step].getTime() <= now.getTime()) ?? null
}

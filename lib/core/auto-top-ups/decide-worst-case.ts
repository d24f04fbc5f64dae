import type { Instant } from '@/lib/kit/clock'
import { usd, type Money } from '@/lib/kit/money'
import type { AutoTopUpSettings, Claimed } from './auto-top-up'
import { daysLeftInMonth, isoDay } from './scheduled-day'

export type WorstCaseTerms = Pick<
  AutoTopUpSettings,
  'enabled' | 'amount' | 'scheduledEnabled' | 'scheduledAmount' | 'monthlyCap'
> &
  Readonly<{
    nextScheduledOn: string | null
    dailyLimit: Money
    today: Pick<Claimed, 'held'>
    month: Claimed
  }>

type Scheduled = Readonly<{ amount: Money; on: string }>

/** What this calendar month (UTC) can still cost. */
export type WorstCase = Readonly<{
  /** What is charged yet if the wallet runs empty again and again. */
  more: Money
  /** With what was charged already, or is being charged. */
  total: Money
  /** The scheduled charges that are part of `more`: of this month, and before it one of the last that is late. */
  scheduled: readonly Scheduled[]
  daysLeft: number
  /** Which ceiling ends it: the month's, or that of each day. */
  heldBy: 'month' | 'day'
}>

type Course = Readonly<{ micros: bigint; heldBy: WorstCase['heldBy'] }>

/**
 * The most that topping up by itself can charge in this month: as many whole top-ups a day as the daily limit lets
 * through, and the scheduled ones, as far as the month's ceiling reaches. Attempts that failed keep their place under
 * both ceilings, as they do when it is decided whether to charge.
 */
export function decideWorstCase(terms: WorstCaseTerms, now: Instant): WorstCase {
  let worst: Course & Pick<WorstCase, 'scheduled'> = { ...dearest(terms, [], now), scheduled: [] }
  for (const scheduled of choicesOf(scheduledThisMonth(terms, now))) {
    const course = dearest(terms, scheduled, now)
    if (course !== null && course.micros >= worst.micros) worst = { ...course, scheduled }
  }
  const { micros, scheduled, heldBy } = worst
  return {
    more: usd(micros),
    total: usd(micros + terms.month.charged.micros),
    scheduled,
    daysLeft: daysLeftInMonth(now),
    heldBy,
  }
}

/** Each of them alone, then all together: a ceiling may leave room for the one and not for the other. */
function choicesOf(scheduled: readonly Scheduled[]): readonly (readonly Scheduled[])[] {
  const single = scheduled.map((one) => [one])
  return scheduled.length > 1 ? [...single, scheduled] : single
}

/** The dearest course of the month in which these are charged; null where a ceiling leaves no room for them. */
function dearest(terms: WorstCaseTerms, scheduled: readonly [], now: Instant): Course
function dearest(terms: WorstCaseTerms, scheduled: readonly Scheduled[], now: Instant): Course | null
function dearest(terms: WorstCaseTerms, scheduled: readonly Scheduled[], now: Instant): Course | null {
  const rooms = roomByDay(terms, now)
  let price = 0n
  for (const { amount, on } of scheduled) {
    // One that is late is due today.
    const day = on > isoDay(now) ? Number(on.slice(8)) - now.getUTCDate() : 0
    const room = (rooms[day] ?? 0n) - amount.micros
    if (room < 0n) return null
    rooms[day] = room
    price += amount.micros
  }
  const cap = terms.monthlyCap === null ? null : terms.monthlyCap.micros - terms.month.held.micros - price
  if (scheduled.length > 0 && cap !== null && cap < 0n) return null

  const amount = terms.enabled && terms.amount !== null ? terms.amount.micros : null
  const count = rooms.reduce((sum, left) => sum + wholeIn(left, amount), 0n)
  const most = cap === null ? count : wholeIn(cap, amount)
  return most < count
    ? { micros: price + most * (amount ?? 0n), heldBy: 'month' }
    : { micros: price + count * (amount ?? 0n), heldBy: 'day' }
}

/** What the daily limit leaves to today and to each later day of the month. */
function roomByDay({ dailyLimit, today }: WorstCaseTerms, now: Instant): bigint[] {
  const days = Array<bigint>(daysLeftInMonth(now)).fill(dailyLimit.micros)
  return days.with(0, dailyLimit.micros - today.held.micros)
}

function wholeIn(room: bigint, amount: bigint | null): bigint {
  return amount === null || room <= 0n ? 0n : room / amount
}

/** What the schedule can still charge in this month: after one of the last month that is late, this month's own may come. */
function scheduledThisMonth(terms: WorstCaseTerms, now: Instant): readonly Scheduled[] {
  const { enabled, scheduledEnabled, scheduledAmount: amount, nextScheduledOn: next } = terms
  if (!enabled || !scheduledEnabled || amount === null || next === null) return []
  const today = isoDay(now)
  const own = `${today.slice(0, 7)}${next.slice(7)}`
  if (next > own) return []
  const days = next < own && own > today ? [next, own] : [next]
  return days.map((on) => ({ amount, on }))
}

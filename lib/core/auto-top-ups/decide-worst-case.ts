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
  /** The scheduled charge that is part of `more`; null where none is. */
  scheduled: Scheduled | null
  daysLeft: number
  /** Which ceiling ends it: the month's, or that of each day. */
  heldBy: 'month' | 'day'
}>

type Course = Readonly<{ micros: bigint; heldBy: WorstCase['heldBy'] }>

/**
 * The most that topping up by itself can charge in this month: as many whole top-ups a day as the daily limit lets
 * through, and the scheduled one, as far as the month's ceiling reaches. Attempts that failed keep their place under
 * both ceilings, as they do when it is decided whether to charge.
 */
export function decideWorstCase(terms: WorstCaseTerms, now: Instant): WorstCase {
  const scheduled = scheduledThisMonth(terms, now)
  const without = dearest(terms, null, now)
  const withIt = scheduled === null ? null : dearest(terms, scheduled, now)
  const takesIt = withIt !== null && withIt.micros >= without.micros
  const { micros, heldBy } = takesIt ? withIt : without
  return {
    more: usd(micros),
    total: usd(micros + terms.month.charged.micros),
    scheduled: takesIt ? scheduled : null,
    daysLeft: daysLeftInMonth(now),
    heldBy,
  }
}

/** The dearest course of the month with the scheduled charge or without; null where a ceiling leaves no room for that. */
function dearest(terms: WorstCaseTerms, scheduled: Scheduled, now: Instant): Course | null
function dearest(terms: WorstCaseTerms, scheduled: null, now: Instant): Course
function dearest(terms: WorstCaseTerms, scheduled: Scheduled | null, now: Instant): Course | null {
  const price = scheduled?.amount.micros ?? 0n
  const rooms = roomByDay(terms, now)
  // One that is late is due today.
  const isLater = scheduled !== null && scheduled.on > isoDay(now)
  const day = isLater ? Number(scheduled.on.slice(8)) - now.getUTCDate() : 0
  const room = (rooms[day] ?? 0n) - price
  const cap = terms.monthlyCap === null ? null : terms.monthlyCap.micros - terms.month.held.micros - price
  if (scheduled !== null && (room < 0n || (cap !== null && cap < 0n))) return null

  const amount = terms.enabled && terms.amount !== null ? terms.amount.micros : null
  const count = rooms.with(day, room).reduce((sum, left) => sum + wholeIn(left, amount), 0n)
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

function scheduledThisMonth(terms: WorstCaseTerms, now: Instant): Scheduled | null {
  const { enabled, scheduledEnabled, scheduledAmount, nextScheduledOn } = terms
  if (!enabled || !scheduledEnabled || scheduledAmount === null || nextScheduledOn === null) return null
  const month = isoDay(now).slice(0, 7)
  return nextScheduledOn.slice(0, 7) <= month ? { amount: scheduledAmount, on: nextScheduledOn } : null
}

import { formatMoment } from '@/components/time/format-moment'
import type { WorstCase, WorstCaseTerms } from '@/lib/core/auto-top-ups/decide-worst-case'
import type { Instant } from '@/lib/kit/clock'
import { usd } from '@/lib/kit/money'
import { moneyString } from '@/lib/kit/money-text'

/** In sentences: what can still be charged and why no more, what of it is scheduled, and what was charged. */
export function worstCaseWords(terms: WorstCaseTerms, worst: WorstCase, now: Instant): string {
  const charged = terms.month.charged
  return [
    moreInWords(terms, worst, now),
    worst.scheduled.length > 0 && scheduledInWords(worst.scheduled),
    charged.micros > 0n && `${moneyString(charged)} was charged this month already.`,
  ]
    .filter(Boolean)
    .join(' ')
}

function moreInWords(terms: WorstCaseTerms, worst: WorstCase, now: Instant): string {
  if (!terms.enabled) return 'It is switched off: nothing more is charged.'
  if (worst.more.micros === 0n) return 'Nothing more can be charged this month: its limits leave no room.'
  const more = moneyString(worst.more)
  if (worst.heldBy === 'month' && terms.monthlyCap !== null) {
    return `If the balance keeps running out, ${more} more is charged: your limit of ${moneyString(terms.monthlyCap)} a month ends it.`
  }
  const days = worst.daysLeft === 1 ? 'today, the last day' : `each of the ${worst.daysLeft} days left`
  return `If the balance keeps running out, up to ${moneyString(terms.dailyLimit)} is charged on ${days} of ${monthName(now)}: ${more} more. A monthly limit of your own makes that less.`
}

function scheduledInWords(scheduled: WorstCase['scheduled']): string {
  const amount = moneyString(usd(scheduled.reduce((sum, one) => sum + one.amount.micros, 0n)))
  const days = scheduled.map(({ on }) => dayInWords(on)).join(' and ')
  return `${amount} of it is the scheduled charge on ${days}.`
}

/** `April`, in UTC. */
export function monthName(at: Instant): string {
  return new Intl.DateTimeFormat('en-US', { month: 'long', timeZone: 'UTC' }).format(at)
}

function dayInWords(day: string): string {
  return formatMoment(`${day}T00:00:00Z`, 'UTC', 'day')
}

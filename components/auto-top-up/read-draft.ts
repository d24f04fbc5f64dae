import type { WorstCaseTerms } from '@/lib/core/auto-top-ups/decide-worst-case'
import { nextScheduledDay } from '@/lib/core/auto-top-ups/scheduled-day'
import { readDollars, typedDollars } from '@/lib/kit/read-dollars'
import type { AutoTopUpView, Draft } from './views'

/** What a first form proposes; nothing of it holds before it is saved. */
const PROPOSED = { threshold: '10.00', amount: '25.00', dayOfMonth: '1' } as const

/** The settings as text fields. */
export function draftOf(view: AutoTopUpView): Draft {
  const { threshold, amount, monthlyCap, scheduledAmount, dayOfMonth, paymentMethodId } = view
  return {
    enabled: view.enabled,
    threshold: threshold === null ? PROPOSED.threshold : typedDollars(threshold),
    amount: amount === null ? PROPOSED.amount : typedDollars(amount),
    monthlyCap: monthlyCap === null ? '' : typedDollars(monthlyCap),
    scheduledEnabled: view.scheduledEnabled,
    scheduledAmount: scheduledAmount === null ? PROPOSED.amount : typedDollars(scheduledAmount),
    dayOfMonth: dayOfMonth === null ? PROPOSED.dayOfMonth : String(dayOfMonth),
    paymentMethodId: paymentMethodId ?? '',
  }
}

/** What the draft would mean once it is saved; null while an amount in it cannot be read. */
export function termsOfDraft(draft: Draft, view: AutoTopUpView): WorstCaseTerms | null {
  const amount = readDollars(draft.amount)
  const monthlyCap = draft.monthlyCap.trim() === '' ? null : readDollars(draft.monthlyCap)
  const scheduledAmount = readDollars(draft.scheduledAmount)
  if (draft.enabled && (amount === null || amount.micros === 0n)) return null
  if (draft.monthlyCap.trim() !== '' && monthlyCap === null) return null
  if (draft.scheduledEnabled && scheduledAmount === null) return null
  const { dailyLimit, today, month } = view
  const { enabled, scheduledEnabled } = draft
  return {
    enabled,
    amount,
    scheduledEnabled,
    scheduledAmount,
    monthlyCap,
    nextScheduledOn: nextDay(draft, view),
    dailyLimit,
    today,
    month,
  }
}

/** A schedule that goes on keeps its day; another begins with its next. */
function nextDay({ dayOfMonth }: Draft, view: AutoTopUpView): string {
  const goesOn = view.nextScheduledOn !== null && String(view.dayOfMonth) === dayOfMonth
  return goesOn ? view.nextScheduledOn : nextScheduledDay(Number(dayOfMonth), new Date(view.now))
}

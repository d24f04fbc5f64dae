import type { AutoTopUp, AutoTopUpSettings } from '@/lib/core/auto-top-ups/auto-top-up'

/** What the form starts from, and what its worst case is reckoned from. */
export type AutoTopUpView = Pick<
  AutoTopUp,
  keyof AutoTopUpSettings | 'nextScheduledOn' | 'dailyLimit' | 'today' | 'month'
> &
  Readonly<{
    /** ISO 8601. */
    now: string
  }>

/** The form's fields as they are typed: amounts in dollars. */
export type Draft = Readonly<{
  enabled: boolean
  threshold: string
  amount: string
  monthlyCap: string
  scheduledEnabled: boolean
  scheduledAmount: string
  dayOfMonth: string
  /** Empty: the default. */
  paymentMethodId: string
}>

/** What became of saving. `topUp`: what a balance below the threshold led to at once; null where it led to nothing. */
export type SaveAnswer =
  | Readonly<{ kind: 'saved'; topUp: 'charged' | 'begun' | 'failed' | null }>
  | Readonly<{ kind: 'refused'; message: string; fieldErrors: Readonly<Record<string, readonly string[]>> }>

export type SaveAction = (draft: Draft) => Promise<SaveAnswer>

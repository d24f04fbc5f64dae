import type { Instant } from '@/lib/kit/clock'
import { usd, type Money } from '@/lib/kit/money'

/** The range of what is topped up and scheduled: published by an API of ours, so the same for all of them. */
export const AMOUNT_MIN: Money = usd(1_000_000n)
export const AMOUNT_MAX: Money = usd(1_000_000_000n)
/** A day that every month has. */
export const DAY_OF_MONTH_MAX = 28

/** What the customer set. Null: not set yet. */
export type AutoTopUpSettings = Readonly<{
  /** The master switch: off stops threshold and schedule. */
  enabled: boolean
  /** The wallet is topped up by `amount` when it holds less than this. */
  threshold: Money | null
  amount: Money | null
  scheduledEnabled: boolean
  scheduledAmount: Money | null
  /** 1 to 28, in UTC. */
  dayOfMonth: number | null
  /** Null: whichever is the account's default at the time. */
  paymentMethodId: string | null
  /** Of a calendar month in UTC; null: none but the daily limit. */
  monthlyCap: Money | null
  /** The bundles that `amount` was given as; null where it was given in money. */
  quantity: number | null
}>

/** What is left out stays as it is. */
export type AutoTopUpPatch = Readonly<{
  [Name in keyof AutoTopUpSettings]?: AutoTopUpSettings[Name] | undefined
}>

/**
 * What was claimed under a ceiling. `held` is what the ceiling counts: every attempt, also one that failed; `charged` is
 * without those.
 */
export type Claimed = Readonly<{ held: Money; charged: Money }>

export type AutoTopUp = AutoTopUpSettings &
  Readonly<{
    /** The day (ISO, UTC) on which the schedule is due next; null while it is off. */
    nextScheduledOn: string | null
    /** Why it switched itself off; null where it did not. */
    stoppedReason: 'charges_failed' | 'payment_method_missing' | 'payment_disputed' | 'fraud_warning' | null
    /** Why the last charge that failed did, for programs; null where none ever did. */
    lastFailure: string | null
    /** Until when there is no other attempt; null where the next may come at once. */
    cooldownUntil: Instant | null
    /** Whether a charge of it has no known end yet. */
    inFlight: boolean
    /** A subscription pays for the numbers: nothing is topped up meanwhile. */
    paused: boolean
    /** `count`: the attempts of today without those that failed. */
    today: Claimed & Readonly<{ count: number }>
    month: Claimed
    /** When one last succeeded; null: never. */
    lastToppedUpAt: Instant | null
    dailyLimit: Money
    /** Null where nothing was ever set. */
    updatedAt: Instant | null
  }>

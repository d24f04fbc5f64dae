import { z } from 'zod'
import type { Instant } from '@/lib/kit/clock'
import { POSTING_MICROS_MAX, usd, type Money } from '@/lib/kit/money'

/** An allowance comes from a plan, and never by hand. */
export const GRANT_CATEGORIES = ['promotional', 'purchased'] as const

/** What staff ask for: credit that is given, or a posting that is undone. */
export type AdjustmentTerms =
  | Readonly<{
      kind: 'grant'
      /** Whole cents or not; positive. */
      amount: Money
      category: (typeof GRANT_CATEGORIES)[number]
      /** Null: the credit never expires. */
      expiresAt: Instant | null
    }>
  | Readonly<{ kind: 'reversal'; postingId: bigint }>

export const ADJUSTMENT_MAX: Money = usd(POSTING_MICROS_MAX)

/** `pending`: waits for a second person until it lapses. `withdrawn`: taken back by who asked. */
export const ADJUSTMENT_STATES = ['pending', 'made', 'declined', 'withdrawn', 'lapsed'] as const
export type AdjustmentState = (typeof ADJUSTMENT_STATES)[number]

/** Why, for whoever reads the log later. */
export const adjustmentReasonSchema = z
  .string('Say why')
  .trim()
  .min(10, 'Say why, in at least 10 characters')
  .max(500, 'Use at most 500 characters')

/** The form's own id, made when it is shown: sending it twice is asking once. */
export const adjustmentIdSchema = z.string().regex(/^adj_[0-9A-HJKMNP-TV-Z]{26}$/)

/** The moment from which credit is worth nothing whose last day (`2026-08-12`, in UTC) this is. */
export function lastDayEnds(day: string): Instant {
  return new Date(Date.parse(`${day}T00:00:00Z`) + DAY_MS)
}

const DAY_MS = 86_400_000

/** The arguments of the SQL functions that say what is asked for. */
export function termsRow(terms: AdjustmentTerms): Readonly<{
  kind: 'grant' | 'reversal'
  category: string | null
  micros: bigint | null
  expiresAt: Instant | null
  target: bigint | null
}> {
  if (terms.kind === 'reversal') {
    return { kind: 'reversal', category: null, micros: null, expiresAt: null, target: terms.postingId }
  }
  const { kind, category, amount, expiresAt } = terms
  return { kind, category, micros: amount.micros, expiresAt, target: null }
}

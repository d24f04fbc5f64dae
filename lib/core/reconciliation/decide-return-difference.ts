import type { Money } from '@/lib/kit/money'
import type { PaymentReturn } from '../ports/payment-provider'
import { decideEffect, type ReturnEffect } from '../refunds/decide-effect'
import type { DifferenceKind } from './decide-difference'

/** A refund, dispute or warning as our books have it. */
export type BookedReturn = Readonly<{
  id: string
  effect: ReturnEffect
  amount: Money
  /** Null: the payment that it takes back is none that we have booked. */
  accountId: bigint | null
  /** Whether the ledger follows its effect. */
  isApplied: boolean
  /** Staff found a warning to be unfounded: it has no effect, whatever the provider says. */
  isDismissed: boolean
}>

/** How something that takes a payment back differs between the provider and the books; null where they agree. */
export function decideReturnDifference(
  said: PaymentReturn | null,
  booked: BookedReturn | null,
): DifferenceKind | null {
  const effect = said === null ? 'none' : decideEffect(said)
  if (effect === 'none' && (booked === null || booked.effect === 'none')) return null
  if (booked?.isDismissed === true) return null
  if (said === null) return 'missing_at_provider'
  if (booked === null) return 'missing_in_books'
  if (booked.accountId === null) return 'not_ours'
  if (!booked.isApplied) return 'missing_in_books'
  if (effect !== booked.effect) return 'state_differs'
  // A warning has no amount of its own.
  if (said.kind === 'warning') return null
  return said.amount?.micros === booked.amount.micros ? null : 'amount_differs'
}

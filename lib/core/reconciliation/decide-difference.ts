import type { Money } from '@/lib/kit/money'
import type { PaidInvoice } from '../ports/payment-provider'

export type DifferenceKind =
  /** The provider has it, the books do not. */
  | 'missing_in_books'
  /** The books have it, the provider does not, or has nothing paid. */
  | 'missing_at_provider'
  | 'amount_differs'
  /** They have the same amount in another state: taken back, frozen, or left. */
  | 'state_differs'
  /** Money at the provider that nothing of ours asked for: shown to staff, never booked. */
  | 'not_ours'
  /** The provider's answer about it cannot be understood. */
  | 'unreadable'

type Sides = Readonly<{
  atProvider: PaidInvoice['paid']
  /** Null where the books have nothing. */
  inBooks: Money | null
  /** Whether it belongs to an account of ours. */
  isOurs: boolean
}>

/** How a payment differs between the provider and the books, to the micro-dollar; null where they agree. */
export function decideDifference({ atProvider, inBooks, isOurs }: Sides): DifferenceKind | null {
  if (atProvider === null) return inBooks === null ? null : 'missing_at_provider'
  if (inBooks === null) return isOurs ? 'missing_in_books' : 'not_ours'
  if (atProvider === 'not_in_dollars' || atProvider.micros !== inBooks.micros) return 'amount_differs'
  return null
}

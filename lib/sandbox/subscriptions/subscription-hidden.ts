import type Stripe from 'stripe'
import type { Stored } from '../wire'
import type { Debit } from './prorate'

/** What a subscription remembers but does not show. */
export type SubscriptionHidden = Readonly<{
  /** What was billed for each item, by item id, and is not over yet. */
  debits: Readonly<Record<string, readonly Debit[]>>
  /** The period end that `invoice.upcoming` has announced; null before the first. */
  announcedEnd: number | null
  /** A change that waits for its invoice to be paid. */
  pending: Readonly<{
    invoice: string
    after: Stored<Stripe.Subscription>
    debits: SubscriptionHidden['debits']
  }> | null
}>

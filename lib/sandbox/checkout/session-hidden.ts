import type Stripe from 'stripe'
import type { Stored } from '../wire'

/** What a session remembers but does not show. */
export type SessionHidden = Readonly<{
  /** Also where the session was made for a hosted page, which shows none. */
  clientSecret: string
  lineItems: readonly Stored<Stripe.LineItem>[]
  customAmount: Readonly<{ minimum: number | null; maximum: number | null; preset: number | null }> | null
  paymentIntent: Readonly<{
    description: string | null
    metadata: Readonly<Record<string, string>>
    receiptEmail: string | null
    setupFutureUsage: 'on_session' | 'off_session' | null
    statementDescriptor: string | null
    statementDescriptorSuffix: string | null
  }>
}>

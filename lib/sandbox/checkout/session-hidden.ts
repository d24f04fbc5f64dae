import type Stripe from 'stripe'
import type { SentDiscount } from '../discounts/redeem'
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
  /** Only in subscription mode. */
  subscription?: Readonly<{
    description: string | null
    metadata: Readonly<Record<string, string>>
    prorationDiscounts: 'included' | 'itemized'
    /** The coupon or promotion code that was given or typed. */
    discount: SentDiscount | null
    /** Whether the bank has asked the customer, and so can be answered. */
    asked: boolean
  }>
}>

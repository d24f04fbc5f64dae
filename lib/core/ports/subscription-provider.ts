import type { Instant } from '@/lib/kit/clock'
import type { Money } from '@/lib/kit/money'

export type Interval = 'monthly' | 'annual'

/** What the provider says of a subscription now. */
export type SubscriptionSnapshot = Readonly<{
  id: string
  customerId: string
  livemode: boolean
  status:
    | 'incomplete'
    | 'incomplete_expired'
    | 'trialing'
    | 'active'
    | 'past_due'
    | 'canceled'
    | 'unpaid'
    | 'paused'
  interval: Interval
  /** The one item that it has, and the price it is at. */
  itemId: string
  /** Units that would be billed at the next renewal. */
  quantity: number
  periodStart: Instant
  periodEnd: Instant
  /** Scheduled to end at `periodEnd`. */
  cancelAtPeriodEnd: boolean
  /** Null while it has not ended. */
  endedAt: Instant | null
  latestInvoiceId: string | null
  /** Our order id from the metadata: a hint for the look-up, never authority. */
  orderId: string | null
}>

export type SubscriptionCheckout = Readonly<{
  orderId: string
  accountId: bigint
  customerId: string
  interval: Interval
  quantity: number
  /** Carries `{CHECKOUT_SESSION_ID}` for the provider to fill in. */
  returnUrl: string
  redirect: 'always' | 'if_required'
}>

/** What a subscription is to be like: the same terms preview and change it. */
export type SubscriptionTerms = Readonly<{
  subscriptionId: string
  itemId: string
  customerId: string
  interval: Interval
  quantity: number
  /**
   * `anew`: a new period begins now, as it must where the interval changes, and a scheduled end is taken back;
   * `goes_on`: the period stays, and its end.
   */
  period: 'anew' | 'goes_on'
  promotionCodeId: string | null
  /** Unix seconds: what is left of the period is reckoned from there; null: from now. */
  prorationDate: number | null
}>

/** What would be charged today. */
export type SubscriptionPreview = Readonly<{
  amountDue: Money
  /** ISO code, lower case, as the provider writes it. */
  currency: string
  discount: Money
  /** Credits for time not used are negative. */
  lines: readonly Readonly<{ description: string; amount: Money }>[]
  /** The items among them that were added by themselves. */
  itemIds: readonly string[]
}>

/** Why the provider will not do what it was asked, where that is the caller's to mend. Nothing has changed. */
export type TermsRefusal = Readonly<{ kind: 'refused'; about: 'promotion_code' | 'proration_date' }>
/** The charge did not go through, or needs the customer there to confirm it. Nothing has changed. */
export type Declined = Readonly<{ kind: 'declined'; needsCustomer: boolean }>

export type PromotionCode = Readonly<{
  id: string
  active: boolean
  expiresAt: Instant | null
  /** Null: any number of times. */
  redemptionsLeft: number | null
  /** The one customer who may use it; null: everyone. */
  customerId: string | null
  firstPurchaseOnly: boolean
  /** The least that what it is applied to must cost, null: nothing. Null currency fits every one. */
  minimum: Readonly<{ cents: number; currency: string }> | null
  /** Whether its coupon can still be redeemed. */
  couponValid: boolean
  /** Of a fixed amount; null for a percentage. */
  couponCurrency: string | null
  /** The products it is for; null: every one. */
  products: readonly string[] | null
}>

/** All throw BillingError `payment_provider_unavailable`. */
export type SubscriptionReads = {
  /** Null where the provider knows no such subscription. `claimed`: the call was claimed together with a read of ours. */
  retrieve(
    subscriptionId: string,
    options?: Readonly<{ claimed: boolean }>,
  ): Promise<SubscriptionSnapshot | null>
  /** The endpoints that `retrieve` will need claimed; null where the caller's database cannot write. */
  claim(): readonly string[] | null
  preview(
    terms: SubscriptionTerms,
  ): Promise<Readonly<{ kind: 'preview'; preview: SubscriptionPreview }> | TermsRefusal>
  /** The newest code that reads so, whatever its case and state; null where there is none. */
  promotionCode(code: string): Promise<PromotionCode | null>
  /** The product that both intervals' prices belong to. */
  productIds(): Promise<Readonly<Record<Interval, string>>>
}

/** Each takes the idempotency key derived from our own row. */
export type SubscriptionWrites = {
  /** Null where the provider no longer knows the customer. */
  createCheckout(
    input: SubscriptionCheckout,
  ): Promise<Readonly<{ sessionId: string; clientSecret: string }> | null>
  /** Closes a Checkout so that nobody can pay it any more; `complete`: somebody has. */
  expireCheckout(sessionId: string): Promise<'expired' | 'complete'>
  /** Changes the terms and charges what that costs at once, or changes nothing. */
  change(
    terms: SubscriptionTerms,
    idempotencyKey: string,
  ): Promise<Readonly<{ kind: 'changed' }> | TermsRefusal | Declined>
  /** Sets what the next renewal bills, without charge or credit now. */
  setQuantity(
    input: Readonly<{ subscriptionId: string; itemId: string; quantity: number; idempotencyKey: string }>,
  ): Promise<void>
  /** Schedules the end at the end of the period, or takes that back. */
  setCancellation(
    input: Readonly<{ subscriptionId: string; cancels: boolean; idempotencyKey: string }>,
  ): Promise<void>
  /** Puts an item on the next invoice of the subscription; returns its id. */
  addItem(
    input: Readonly<{
      customerId: string
      subscriptionId: string
      amount: Money
      description: string
      idempotencyKey: string
    }>,
  ): Promise<string>
  /** Takes an item back that no invoice has yet; `kept`: one has. */
  removeItem(itemId: string): Promise<'removed' | 'kept'>
}

export type SubscriptionProvider = SubscriptionReads & SubscriptionWrites

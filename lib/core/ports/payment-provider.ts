import type { Instant } from '@/lib/kit/clock'
import type { Money } from '@/lib/kit/money'
import type { SubscriptionProvider } from './subscription-provider'

/** A reusable payment method as the provider knows it. Card fields are null where the method is no card. */
export type SavedPaymentMethod = Readonly<{
  id: string
  type: string
  card: Readonly<{ brand: string; last4: string; expMonth: number; expYear: number }> | null
  email: string | null
  isDefault: boolean
  createdAt: Instant
}>

/** What the provider says of an invoice now. `paid` is what a charge paid, null unless the invoice is paid. */
export type InvoiceSnapshot = Readonly<{
  id: string
  status: 'draft' | 'open' | 'paid' | 'uncollectible' | 'void'
  customerId: string | null
  livemode: boolean
  currency: string
  /** The subscription that made the invoice, or null. */
  subscriptionId: string | null
  /** What was paid by a charge, null where nothing was: unpaid, zero, or settled out of band. */
  paidByCharge: Money | null
  paidAt: Instant | null
  paymentMethodId: string | null
  /** The payments (intents) whose charges paid it; empty while it is unpaid. */
  paymentIds: readonly string[]
  /** Our order id from the invoice's metadata: a hint for the look-up, never authority. */
  orderId: string | null
  hostedInvoiceUrl: string | null
  invoicePdf: string | null
  /** Nothing had to be paid: a discount or a credit took it all. */
  nothingDue: boolean
  /** What a subscription's invoice bills for; empty on others. */
  subscriptionLines: readonly SubscriptionLine[]
  /** The items on it that were added by themselves. */
  itemIds: readonly string[]
  /** What came of the last attempt to collect it; null where none was made, and once it is paid. */
  attempt: CollectionAttempt | null
}>

/**
 * What takes a payment back, as the provider says now: a refund, a dispute, or a warning that its card was reported for
 * fraud, which has no amount of its own and stands for the whole payment.
 */
export type PaymentReturn = Readonly<{
  id: string
  kind: 'refund' | 'dispute' | 'warning'
  /** The provider's word for how it stands. */
  state: string
  currency: string
  /** In dollars; null for any other currency, and for a warning. */
  amount: Money | null
  /** Whether the provider has taken money from the operator for it, or will, and not given it back. */
  isWithdrawn: boolean
  /** Why, in the provider's words for programs; null where it says nothing. */
  reason: string | null
  /** Until when the bank takes an answer to a dispute; null otherwise. */
  respondBy: Instant | null
  createdAt: Instant
  /** Our refund request from the refund's metadata: a hint, never authority. */
  requestId: string | null
}>

/** One in the provider's list of what takes anybody's payments back; payment null: it names none. */
export type ListedReturn = PaymentReturn & Readonly<{ paymentId: string | null }>

export type ReturnPage = Readonly<{
  returns: readonly ListedReturn[]
  lastId: string | null
  hasMore: boolean
}>

/** A refund to be made, in whole cents. The same request asks for the same each time. */
export type RefundOrder = Readonly<{
  /** Derives the key, so that one request is one refund. */
  requestId: string
  paymentId: string
  amount: Money
}>

export type RefundOutcome =
  | Readonly<{ kind: 'made'; refundId: string }>
  /** Nothing was given back, and nothing will be. `code`: the provider's. */
  | Readonly<{ kind: 'refused'; code: string }>

export type CollectionAttempt =
  | Readonly<{
      kind: 'declined'
      /** Why, in the provider's words for programs. */
      code: string
      /** The bank's reason, where it gave one. */
      declineCode: string | null
    }>
  /** The bank wants the customer themselves. */
  | Readonly<{ kind: 'needs_customer' }>
  | Readonly<{ kind: 'processing' }>

/** A line of a subscription's invoice that bills (and does not credit) units for a span of time. */
export type SubscriptionLine = Readonly<{
  quantity: number
  interval: 'monthly' | 'annual' | null
  start: Instant
  end: Instant
  /** The remainder of a period that was under way. */
  proration: boolean
}>

/** A line of a customer's list of invoices, as the provider knows it now. */
export type ListedInvoice = Readonly<{
  id: string
  /** What is printed on it; null where the provider gave it none. */
  number: string | null
  state: 'open' | 'paid' | 'uncollectible' | 'void'
  /** Null for a currency that is not ours. */
  total: Money | null
  /** For a subscription, and not for credits. */
  isForSubscription: boolean
  createdAt: Instant
}>

/** A paid invoice in the provider's list of all customers' invoices. */
export type PaidInvoice = Readonly<{
  id: string
  customerId: string | null
  subscriptionId: string | null
  /** Our order id from the invoice's metadata: a hint for the look-up, never authority. */
  orderId: string | null
  /** What charges paid; null where nothing was paid by one. */
  paid: Money | 'not_in_dollars' | null
  paidAt: Instant | null
}>

export type PaidInvoicePage = Readonly<{
  invoices: readonly PaidInvoice[]
  lastId: string | null
  hasMore: boolean
}>

export type CheckoutSnapshot = Readonly<{
  id: string
  livemode: boolean
  status: 'open' | 'complete' | 'expired'
  paymentStatus: 'paid' | 'unpaid' | 'no_payment_required'
  customerId: string | null
  invoiceId: string | null
  /** The subscription that it started; null otherwise. */
  subscriptionId: string | null
  /** Null once it cannot be opened any more. */
  clientSecret: string | null
  orderId: string | null
}>

export type CreditsCheckout = Readonly<{
  orderId: string
  accountId: bigint
  customerId: string
  /** Carries `{CHECKOUT_SESSION_ID}` for the provider to fill in. */
  returnUrl: string
  /** `always`: the page is left for the return URL; `if_required`: it stays where Checkout is mounted. */
  redirect: 'always' | 'if_required'
}>

/** A Checkout on the provider's own page, for an amount that we name. */
export type HostedCheckout = Readonly<{
  orderId: string
  accountId: bigint
  customerId: string
  /** So many of what has a price at the provider, or one thing by name for an amount in whole cents. */
  item: Readonly<{ priceId: string; quantity: number } | { name: string; amount: Money }>
  /** Carries `{CHECKOUT_SESSION_ID}`, where it does, for the provider to fill in. */
  successUrl: string
  cancelUrl: string
}>

/** Credits that are sold together, as the provider has them on sale now. */
export type CreditsBundle = Readonly<{
  priceId: string
  /** What the customer is granted, whatever it costs. */
  credits: number
  price: Money
  productName: string | null
  productDescription: string | null
}>

/** A Checkout that saves a payment method and charges nothing. */
export type PaymentMethodCheckout = Readonly<{
  accountId: bigint
  customerId: string
  returnUrl: string
  redirect: 'always' | 'if_required'
  idempotencyKey: string
}>

/** Who would pay an invoice, and with what. */
export type Payer = Readonly<{
  /** The method asked for, or the default where none was; null where the customer has no such method. */
  method: Omit<SavedPaymentMethod, 'isDefault'> | null
  /** Whether the provider would set a balance of the customer off against the invoice. */
  hasBalance: boolean
}>

/** Credits to be paid off session, by an invoice of their own. The same order asks for the same each time. */
export type InvoiceCharge = Readonly<{
  /** Derives the keys, so that one order has one invoice. */
  orderId: string
  accountId: bigint
  customerId: string
  paymentMethodId: string
  amount: Money
  /** When the order was made: its invoice is not older. */
  createdAt: Instant
  /** `payer` was asked just before, and has claimed the calls of this charge, too. */
  claimed: boolean
}>

export type ChargeOutcome =
  | Readonly<{ kind: 'paid'; invoice: InvoiceSnapshot }>
  /** The invoice stays open: someone could still pay it until it is closed. */
  | Readonly<{ kind: 'declined'; invoiceId: string; code: string; declineCode: string | null }>
  | Readonly<{ kind: 'needs_customer'; invoiceId: string }>
  /** No charge was tried, and none will be. `invoiceId` null: there is no invoice. `closed`: it was closed before. */
  | Readonly<{
      kind: 'refused'
      reason: 'method_gone' | 'amount_differs' | 'closed'
      invoiceId: string | null
    }>

/**
 * A share of the provider's call budget, to be claimed inside one of our own SQL calls (`claim_provider_calls`) so
 * that the claim costs no round trip of its own. One call to each of the endpoints.
 */
export type CallClaim = Readonly<{ endpoints: readonly string[]; callsPerSecond: number }>

/** One of the provider's events, as delivered or as listed: a hint to re-read `objectId`, never a statement of fact. */
export type ProviderEvent = Readonly<{
  id: string
  type: string
  /** The object that the event is about. */
  objectId: string
  livemode: boolean
  apiVersion: string | null
  createdAt: Instant
  /** The event as JSON, as it was received. */
  payload: string
}>

export type ProviderEventPage = Readonly<{
  events: readonly ProviderEvent[]
  unreadable: number
  lastId: string | null
  hasMore: boolean
}>

/** Reads: safe for everyone, impersonators included. All throw BillingError `payment_provider_unavailable`. */
export type PaymentReads = {
  /** Whether real money moves: objects of the other mode are never ours. */
  readonly livemode: boolean
  /** Unit prices of a number's subscription, from the provider; at most 60 seconds old. */
  numberPricing(): Promise<Readonly<{ monthly: Money; annual: Money }>>
  /** Every reusable method, the default first, then newest first; empty for a customer that was deleted. */
  paymentMethods(
    customerId: string,
    options?: Readonly<{
      /** The caller already claimed what `paymentMethodsClaim` names, and was granted it. */
      claimed: boolean
    }>,
  ): Promise<readonly SavedPaymentMethod[]>
  /** What `paymentMethods` will need; null where the caller's database cannot write, and the provider claims for itself. */
  paymentMethodsClaim(): CallClaim | null
  /** Null where the provider knows no such invoice. */
  invoice(invoiceId: string): Promise<InvoiceSnapshot | null>
  /** At most 60 seconds old. Where it is not on sale, the operator has to mend it. */
  creditsBundle(): Promise<CreditsBundle>
  /**
   * One page of a customer's invoices, newest first; `after` is the `lastId` of the page before. Drafts are left out, so a
   * page may be short though `hasMore`. Empty for a customer that the provider does not know.
   */
  invoices(
    input: Readonly<{ customerId: string; after: string | null; limit: number }>,
  ): Promise<Readonly<{ invoices: readonly ListedInvoice[]; lastId: string | null; hasMore: boolean }>>
  /** One page of what is paid of the invoices made from `since` on and before `until`; `after` as for `invoices`. */
  paidInvoices(
    input: Readonly<{ since: Instant; until: Instant; after: string | null }>,
  ): Promise<PaidInvoicePage>
  checkout(sessionId: string): Promise<CheckoutSnapshot | null>
  /**
   * For a charge that follows: its calls are claimed with this one's. `paymentMethodId` null: the customer's default. Null
   * where the provider no longer knows the customer.
   */
  payer(customerId: string, paymentMethodId: string | null): Promise<Payer | null>
  /** The invoice that was made for an order after `since`, found by the order's id in it; null where there is none. */
  invoiceOfOrder(
    input: Readonly<{ customerId: string; orderId: string; since: Instant }>,
  ): Promise<string | null>
  /** The payment (intent) that a charge belongs to, null where there is no such charge, or it has none. */
  paymentOfCharge(chargeId: string): Promise<string | null>
  /** The invoice that a payment (intent) paid or tried to pay, null where it has none. */
  invoiceOfPayment(paymentIntentId: string): Promise<string | null>
  /** Everything that takes a payment (intent) back, in no order; empty where there is nothing, or no such payment. */
  returnsOfPayment(paymentId: string): Promise<readonly PaymentReturn[]>
  /** One page of those of a kind that were made from `since` on and before `until`; `after` as for `invoices`. */
  returns(
    input: Readonly<{ kind: PaymentReturn['kind']; since: Instant; until: Instant; after: string | null }>,
  ): Promise<ReturnPage>
  /**
   * One page of the events created at or after `since`, newest first; `after` is the `lastId` of the page before.
   * `lastId` is that of the last item, null on an empty page, and `unreadable` counts the items that are no events.
   */
  events(input: Readonly<{ since: Instant; after: string | null }>): Promise<ProviderEventPage>
}

/** Writes: each takes the idempotency key derived from our own row. */
export type PaymentWrites = {
  createCustomer(
    input: Readonly<{ accountId: bigint; email: string; name: string | null; idempotencyKey: string }>,
  ): Promise<string>
  /** Null where the provider no longer knows the customer. */
  createCreditsCheckout(
    input: CreditsCheckout,
  ): Promise<Readonly<{ sessionId: string; clientSecret: string }> | null>
  /** Null where the provider no longer knows the customer. */
  createHostedCheckout(input: HostedCheckout): Promise<Readonly<{ sessionId: string; url: string }> | null>
  /** Null where the provider no longer knows the customer. */
  createPaymentMethodCheckout(
    input: PaymentMethodCheckout,
  ): Promise<Readonly<{ clientSecret: string }> | null>
  /** Makes the order's invoice and has it paid, however often it is asked: once. */
  chargeInvoice(charge: InvoiceCharge): Promise<ChargeOutcome>
  /** Closes an invoice that is not paid, so that nobody can pay it any more; `paid`: somebody has. */
  closeInvoice(invoiceId: string): Promise<'closed' | 'paid'>
  /** Gives a payment back, in full or part, however often it is asked: once. */
  createRefund(order: RefundOrder): Promise<RefundOutcome>
  /** False where the customer has no such method, or no longer. */
  setDefaultPaymentMethod(customerId: string, paymentMethodId: string): Promise<boolean>
  /** Has the customer's subscriptions renewed with the default method, where they name another; nothing without a default. */
  alignRenewals(customerId: string): Promise<void>
  /** For good: nobody can charge it again. False where it was not saved, or no longer. Whose it is, the caller has checked. */
  detachPaymentMethod(paymentMethodId: string): Promise<boolean>
}

export type PaymentProvider = PaymentReads & PaymentWrites & Readonly<{ subscriptions: SubscriptionProvider }>

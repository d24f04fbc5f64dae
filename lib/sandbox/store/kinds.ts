import type Stripe from 'stripe'
import type { CardBehaviour } from '../payments/cards'
import type { DisputeHidden } from '../disputes/dispute-hidden'
import type { SessionHidden } from '../checkout/session-hidden'
import type { SubscriptionHidden } from '../subscriptions/subscription-hidden'
import type { Stored } from '../wire'

type Nothing = Readonly<Record<string, never>>

/** Every kind of object that is stored: what the API shows (`body`) and what it must not (`hidden`). */
export type Kinds = {
  customer: { body: Stored<Stripe.Customer>; hidden: Nothing }
  product: { body: Stored<Stripe.Product>; hidden: Nothing }
  price: { body: Stored<Stripe.Price>; hidden: Nothing }
  'checkout.session': { body: Stored<Stripe.Checkout.Session>; hidden: SessionHidden }
  payment_intent: { body: Stored<Stripe.PaymentIntent>; hidden: Nothing }
  charge: { body: Stored<Stripe.Charge>; hidden: Nothing }
  payment_method: { body: Stored<Stripe.PaymentMethod>; hidden: PaymentMethodHidden }
  setup_intent: { body: Stored<Stripe.SetupIntent>; hidden: Nothing }
  invoice: { body: Stored<Stripe.Invoice>; hidden: Nothing }
  invoiceitem: { body: Stored<Stripe.InvoiceItem>; hidden: Nothing }
  invoice_payment: { body: Stored<Stripe.InvoicePayment>; hidden: Nothing }
  refund: { body: Stored<Stripe.Refund>; hidden: Nothing }
  dispute: { body: Stored<Stripe.Dispute>; hidden: DisputeHidden }
  'radar.early_fraud_warning': { body: Stored<Stripe.Radar.EarlyFraudWarning>; hidden: Nothing }
  balance_transaction: { body: Stored<Stripe.BalanceTransaction>; hidden: Nothing }
  webhook_endpoint: { body: Stored<Stripe.WebhookEndpoint>; hidden: { secret: string } }
  'test_helpers.test_clock': { body: Stored<Stripe.TestHelpers.TestClock>; hidden: Nothing }
  subscription: { body: Stored<Stripe.Subscription>; hidden: SubscriptionHidden }
  coupon: { body: Stored<Stripe.Coupon>; hidden: Nothing }
  promotion_code: { body: Stored<Stripe.PromotionCode>; hidden: Nothing }
  discount: { body: Stored<Stripe.Discount>; hidden: Nothing }
}

export type Kind = keyof Kinds
export type Body<K extends Kind> = Kinds[K]['body']
export type Row<K extends Kind> = Readonly<{
  body: Body<K>
  hidden: Kinds[K]['hidden']
  /** How many times it was written; 0 while it exists only in the unit that makes it. */
  version: number
  deleted: boolean
}>

/** Which card it is decides how it behaves; `setUp` says that its owner agreed to off-session charges. */
export type PaymentMethodHidden = Readonly<{
  behaviour: CardBehaviour
  setUp: boolean
  /** Set for good by a detach: such a card can never be attached again. */
  detached: boolean
}>

/**
 * The fields of each kind that lists may be filtered by, as paths into the body;
 * a path goes into every item of a list, and one that ends in `~` is compared without regard to case.
 */
export const FILTERS: Readonly<Record<Kind, readonly string[]>> = {
  customer: ['email', 'test_clock'],
  product: ['active', 'url', 'shippable'],
  price: [
    'active',
    'product',
    'currency',
    'type',
    'lookup_key',
    'recurring.interval',
    'recurring.usage_type',
  ],
  'checkout.session': ['customer', 'payment_intent', 'status', 'customer_details.email', 'subscription'],
  payment_intent: ['customer'],
  charge: ['customer', 'payment_intent'],
  payment_method: ['customer', 'type', 'allow_redisplay'],
  setup_intent: ['customer', 'payment_method'],
  invoice: ['customer', 'status', 'collection_method', 'parent.subscription_details.subscription'],
  invoiceitem: ['customer', 'invoice'],
  invoice_payment: ['invoice', 'payment.type', 'payment.payment_intent', 'status'],
  refund: ['charge', 'payment_intent', 'status'],
  dispute: ['charge', 'payment_intent', 'is_charge_refundable'],
  'radar.early_fraud_warning': ['charge', 'payment_intent', 'actionable'],
  balance_transaction: ['source', 'type', 'currency'],
  webhook_endpoint: [],
  'test_helpers.test_clock': [],
  subscription: [
    'customer',
    'status',
    'collection_method',
    'test_clock',
    'items.data.id',
    'items.data.price.id',
  ],
  coupon: [],
  promotion_code: ['active', 'code~', 'customer', 'promotion.coupon'],
  discount: ['subscription', 'customer'],
}

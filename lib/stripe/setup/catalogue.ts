import type Stripe from 'stripe'
import { PRICE_KEYS } from '../parse/price'
import type { Wire } from '../wire'

type PriceParameters = Wire<Stripe.PriceCreateParams>

/** A product with an id of ours, so that a second run finds it. */
export type ProductPlan = Readonly<{ id: string; name: string }>

/** What we sell, in cents. An operator who wants other amounts gives the lookup key to another price. */
export const PRODUCTS: readonly ProductPlan[] = [
  { id: 'talktime_credits', name: 'Talktime credits' },
  { id: 'talktime_number', name: 'Phone number subscription' },
]

export const PRICES = [
  {
    lookup_key: PRICE_KEYS.credits,
    product: 'talktime_credits',
    currency: 'usd',
    custom_unit_amount: { enabled: true, minimum: 500, maximum: 100_000, preset: 2_500 },
  },
  {
    lookup_key: PRICE_KEYS.monthly,
    product: 'talktime_number',
    currency: 'usd',
    unit_amount: 1_200,
    recurring: { interval: 'month' },
  },
  {
    lookup_key: PRICE_KEYS.annual,
    product: 'talktime_number',
    currency: 'usd',
    unit_amount: 12_000,
    recurring: { interval: 'year' },
  },
] as const satisfies readonly PriceParameters[]

/** The events that the webhook is to be told; all but money's are hints that something should be read again. */
export const WEBHOOK_EVENTS = [
  'checkout.session.completed',
  'checkout.session.async_payment_succeeded',
  'checkout.session.async_payment_failed',
  'checkout.session.expired',
  'invoice.paid',
  'invoice.payment_failed',
  'invoice.payment_action_required',
  'invoice.finalized',
  'invoice.voided',
  'customer.subscription.created',
  'customer.subscription.updated',
  'customer.subscription.deleted',
  'customer.subscription.pending_update_applied',
  'customer.subscription.pending_update_expired',
  'refund.created',
  'refund.updated',
  'refund.failed',
  'charge.refunded',
  'charge.dispute.created',
  'charge.dispute.funds_withdrawn',
  'charge.dispute.funds_reinstated',
  'charge.dispute.closed',
  'payment_method.attached',
  'payment_method.detached',
  'payment_method.updated',
  'payment_method.automatically_updated',
  'customer.updated',
  'customer.deleted',
] as const satisfies Wire<Stripe.WebhookEndpointCreateParams['enabled_events']>

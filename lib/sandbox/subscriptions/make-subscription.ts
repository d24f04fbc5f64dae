import type Stripe from 'stripe'
import { newId } from '../ids'
import type { Body } from '../store/kinds'
import type { Unit } from '../store/unit'
import type { Stored } from '../wire'
import type { Period } from './billing-period'
import type { Subscription } from './save-subscription'

export type SubscriptionItem = Subscription['items']['data'][number]

/** What no subscription here has: tax, trials, schedules, pauses, platforms. */
const EMPTY = {
  object: 'subscription',
  application: null,
  application_fee_percent: null,
  automatic_tax: { disabled_reason: null, enabled: false, liability: null },
  billing_cycle_anchor_config: null,
  billing_schedules: [],
  billing_thresholds: null,
  cancel_at: null,
  cancel_at_period_end: false,
  canceled_at: null,
  cancellation_details: { comment: null, feedback: null, feedback_option: null, reason: null },
  collection_method: 'charge_automatically',
  customer_account: null,
  days_until_due: null,
  default_source: null,
  default_tax_rates: [],
  discounts: [],
  ended_at: null,
  invoice_settings: {
    account_tax_ids: null,
    custom_fields: null,
    description: null,
    footer: null,
    issuer: { type: 'self' },
  },
  livemode: false,
  managed_payments: null,
  next_pending_invoice_item_invoice: null,
  on_behalf_of: null,
  pause_collection: null,
  pending_invoice_item_interval: null,
  pending_setup_intent: null,
  pending_update: null,
  schedule: null,
  transfer_data: null,
  trial_end: null,
  trial_settings: { end_behavior: { billing_cycle_anchor: null, missing_payment_method: 'create_invoice' } },
  trial_start: null,
} satisfies Partial<Subscription>

type NewSubscription = Readonly<{
  id: string
  customer: Body<'customer'>
  currency: string
  anchor: number
  items: SubscriptionItem[]
  billingMode: Subscription['billing_mode']
  defaultPaymentMethod: string | null
  description: string | null
  metadata: Record<string, string>
  savesMethod: boolean
}>

/** A subscription that waits for its first invoice to be paid. It is not saved and says nothing yet. */
export function newSubscription(unit: Unit, fields: NewSubscription): Subscription {
  return {
    ...EMPTY,
    id: fields.id,
    billing_cycle_anchor: fields.anchor,
    billing_mode: fields.billingMode,
    created: unit.now,
    currency: fields.currency,
    customer: fields.customer.id,
    default_payment_method: fields.defaultPaymentMethod,
    description: fields.description,
    items: {
      object: 'list',
      data: fields.items,
      has_more: false,
      url: `/v1/subscription_items?subscription=${fields.id}`,
    },
    latest_invoice: null,
    metadata: fields.metadata,
    payment_settings: {
      payment_method_options: null,
      payment_method_types: null,
      save_default_payment_method: fields.savesMethod ? 'on_subscription' : 'off',
    },
    start_date: unit.now,
    status: 'incomplete',
    test_clock: fields.customer.test_clock ?? null,
  }
}

type NewItem = Readonly<{
  id?: string
  subscription: string
  price: Body<'price'>
  quantity: number
  period: Period
  metadata: Record<string, string>
}>

export function newSubscriptionItem(unit: Unit, item: NewItem): SubscriptionItem {
  return {
    id: item.id ?? newId('si'),
    object: 'subscription_item',
    billing_thresholds: null,
    created: unit.now,
    current_period_end: item.period.end,
    current_period_start: item.period.start,
    current_trial: null,
    discounts: [],
    metadata: item.metadata,
    plan: planOf(item.price),
    price: item.price,
    quantity: item.quantity,
    subscription: item.subscription,
    tax_rates: [],
  }
}

/** The price as a plan: what Stripe still shows beside it. */
function planOf(price: Body<'price'>): Stored<Stripe.Plan> {
  return {
    id: price.id,
    object: 'plan',
    active: price.active,
    amount: price.unit_amount,
    amount_decimal: price.unit_amount_decimal,
    billing_scheme: price.billing_scheme,
    created: price.created,
    currency: price.currency,
    interval: price.recurring?.interval ?? 'month',
    interval_count: price.recurring?.interval_count ?? 1,
    livemode: false,
    metadata: price.metadata,
    meter: null,
    nickname: price.nickname,
    product: price.product,
    tiers_mode: null,
    transform_usage: null,
    trial_period_days: null,
    usage_type: 'licensed',
  }
}

/** Proration discounts are shown as part of the amount unless the subscription itemizes them. */
export function billingMode(
  prorationDiscounts: 'included' | 'itemized' | undefined,
  now: number,
): Subscription['billing_mode'] {
  return {
    flexible: { proration_discounts: prorationDiscounts ?? 'included' },
    type: 'flexible',
    updated_at: now,
  }
}

export const itemizes = ({ billing_mode: mode }: Subscription): boolean =>
  mode.flexible?.proration_discounts === 'itemized'

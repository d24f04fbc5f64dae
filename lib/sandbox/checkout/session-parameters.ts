import {
  choice,
  currency,
  flag,
  integer,
  listOf,
  metadata,
  object,
  removed,
  required,
  text,
  timestamp,
} from '../http/fields'
import { type Values } from '../http/parse-shape'

const PRICE_DATA = object({
  currency: required(currency()),
  product: text(),
  product_data: object({
    description: text(),
    images: listOf(text(), { max: 8 }),
    metadata: metadata(),
    name: required(text()),
    tax_code: text(),
    unit_label: text(),
  }),
  recurring: object({
    interval: required(choice('day', 'week', 'month', 'year')),
    interval_count: integer({ min: 1, max: 1095 }),
  }),
  tax_behavior: choice('exclusive', 'inclusive', 'unspecified'),
  unit_amount: required(integer({ min: 0, max: 99_999_999 })),
})

const REMOVED =
  'The payment_method_types parameter is no longer supported. Use allowed_payment_method_types or excluded_payment_method_types.'

/** The parameters of a session that this program has; Stripe's others are refused as unknown. */
export const SESSION_PARAMETERS = {
  adaptive_pricing: object({ enabled: flag() }),
  allow_promotion_codes: flag(),
  allowed_payment_method_types: listOf(text()),
  automatic_tax: object({ enabled: required(flag()) }),
  billing_address_collection: choice('auto', 'required'),
  cancel_url: text(),
  client_reference_id: text({ max: 200 }),
  currency: currency(),
  customer: text(),
  customer_creation: choice('always', 'if_required'),
  customer_email: text(),
  customer_update: object({
    address: choice('auto', 'never'),
    name: choice('auto', 'never'),
    shipping: choice('auto', 'never'),
  }),
  discounts: listOf(object({ coupon: text(), promotion_code: text() }), { max: 1 }),
  excluded_payment_method_types: listOf(text()),
  expires_at: timestamp(),
  invoice_creation: object({
    enabled: required(flag()),
    invoice_data: object({
      custom_fields: listOf(
        object({ name: required(text({ max: 40 })), value: required(text({ max: 140 })) }),
        { max: 4 },
      ),
      description: text({ max: 1500 }),
      footer: text(),
      metadata: metadata(),
    }),
  }),
  line_items: listOf(
    object({
      adjustable_quantity: object({
        enabled: required(flag()),
        maximum: integer({ min: 1, max: 999_999 }),
        minimum: integer({ min: 0 }),
      }),
      metadata: metadata(),
      price: text(),
      price_data: PRICE_DATA,
      quantity: integer({ min: 0, max: 999_999 }),
    }),
    { max: 100 },
  ),
  locale: text(),
  metadata: metadata(),
  mode: required(choice('payment', 'setup', 'subscription')),
  payment_intent_data: object({
    capture_method: choice('automatic', 'automatic_async'),
    description: text({ max: 1000 }),
    metadata: metadata(),
    receipt_email: text(),
    setup_future_usage: choice('off_session', 'on_session'),
    statement_descriptor: text({ max: 22 }),
    statement_descriptor_suffix: text({ max: 22 }),
  }),
  payment_method_collection: choice('always', 'if_required'),
  payment_method_types: removed('payment_method_types_no_longer_supported', REMOVED),
  phone_number_collection: object({ enabled: required(flag()) }),
  redirect_on_completion: choice('always', 'if_required', 'never'),
  return_url: text({ max: 5000 }),
  saved_payment_method_options: object({
    allow_redisplay_filters: listOf(choice('always', 'limited', 'unspecified')),
    payment_method_remove: choice('disabled', 'enabled'),
    payment_method_save: choice('disabled', 'enabled'),
  }),
  setup_intent_data: object({ description: text({ max: 1000 }), metadata: metadata() }),
  submit_type: choice('auto', 'book', 'donate', 'pay', 'subscribe'),
  subscription_data: object({
    billing_mode: object({
      flexible: object({ proration_discounts: choice('included', 'itemized') }),
      type: required(choice('flexible')),
    }),
    description: text({ max: 500 }),
    metadata: metadata(),
  }),
  success_url: text({ max: 5000 }),
  ui_mode: choice('hosted_page', 'embedded_page'),
  wallet_options: object({ link: object({ display: choice('auto', 'never') }) }),
} as const

export type SessionParameters = Values<typeof SESSION_PARAMETERS>

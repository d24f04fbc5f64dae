import { DISCOUNTS } from '../discounts/redeem'
import { invalidParameter } from '../http/api-error'
import {
  choice,
  clearable,
  flag,
  integer,
  listOf,
  metadata,
  object,
  required,
  text,
  timestamp,
} from '../http/fields'
import type { Field, Values } from '../http/parse-shape'

const PRICE_DATA = object({
  currency: required(text()),
  product: required(text()),
  recurring: required(
    object({
      interval: required(choice('day', 'week', 'month', 'year')),
      interval_count: integer({ min: 1, max: 1095 }),
    }),
  ),
  tax_behavior: choice('exclusive', 'inclusive', 'unspecified'),
  unit_amount: required(integer({ min: 0, max: 99_999_999 })),
})

const QUANTITY = integer({ min: 0, max: 999_999 })

/** The items of an existing subscription: with `id` one of its own, without one more. */
export const ITEMS = listOf(
  object({
    deleted: flag(),
    id: text(),
    metadata: metadata(),
    price: text(),
    price_data: PRICE_DATA,
    quantity: QUANTITY,
  }),
  { max: 20 },
)

/** The items of a new one. */
export const NEW_ITEMS = listOf(
  object({ metadata: metadata(), price: text(), price_data: PRICE_DATA, quantity: QUANTITY }),
  { max: 20 },
)

export const BEHAVIOR = choice('always_invoice', 'create_prorations', 'none')

export const PAYMENT_BEHAVIOR = choice(
  'allow_incomplete',
  'default_incomplete',
  'error_if_incomplete',
  'pending_if_incomplete',
)

/** As of 2025 an object; the number and the word of old are refused. */
export const ANCHOR = object({ type: required(choice('now', 'unchanged')) })

const ENDS = ['max_period_end', 'min_period_end'] as const
export type CancelAt = number | (typeof ENDS)[number]

/** A moment, or the end of a period by its name. */
function cancelAt(): Field<CancelAt | undefined> {
  const moment = timestamp()
  return (input, path) => {
    const named = ENDS.find((end) => end === input)
    return named ?? moment(input, path)
  }
}

export const CANCELLATION_DETAILS = object({
  comment: clearable(text()),
  feedback: clearable(
    choice(
      'customer_service',
      'low_quality',
      'missing_features',
      'other',
      'switched_service',
      'too_complex',
      'too_expensive',
      'unused',
    ),
  ),
})

export const PAYMENT_SETTINGS = object({
  save_default_payment_method: choice('off', 'on_subscription'),
})

/** The parameters of an update that this program has; Stripe's others are refused as unknown. */
export const UPDATE = {
  billing_cycle_anchor: ANCHOR,
  cancel_at: clearable(cancelAt()),
  cancel_at_period_end: flag(),
  cancellation_details: CANCELLATION_DETAILS,
  collection_method: choice('charge_automatically'),
  default_payment_method: text(),
  description: clearable(text({ max: 500 })),
  discounts: clearable(DISCOUNTS),
  items: ITEMS,
  metadata: metadata(),
  off_session: flag(),
  payment_behavior: PAYMENT_BEHAVIOR,
  payment_settings: PAYMENT_SETTINGS,
  proration_behavior: BEHAVIOR,
  proration_date: timestamp(),
} as const

export type UpdateParameters = Values<typeof UPDATE>

const PENDING = new Set([
  'billing_cycle_anchor',
  'items',
  'off_session',
  'payment_behavior',
  'proration_behavior',
  'proration_date',
])

/** What may not stand beside what. @throws ApiError of status 400. */
export function checkUpdate(params: UpdateParameters): void {
  if (params.cancel_at !== undefined && params.cancel_at_period_end !== undefined) {
    throw invalidParameter(
      'You may only specify one of these parameters: cancel_at, cancel_at_period_end.',
      'cancel_at',
    )
  }
  if (params.payment_behavior !== 'pending_if_incomplete') return
  for (const [name, value] of Object.entries(params)) {
    if (value === undefined || PENDING.has(name)) continue
    throw invalidParameter(
      `When \`payment_behavior\` is set to \`pending_if_incomplete\`, you may not pass \`${name}\`. Only these are supported: ${[...PENDING].join(', ')}.`,
      name,
    )
  }
}

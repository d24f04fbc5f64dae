import { z } from 'zod'
import { AMOUNT_MAX, AMOUNT_MIN, DAY_OF_MONTH_MAX } from '@/lib/core/auto-top-ups/auto-top-up'
import { dateTime, succeeded } from './contract'
import { shownAmount, wireAmount, wireInteger } from './money'

const PER_PAGE_MAX = 100
const PAGE_MAX = 1_000_000

/** Every amount of the settings lies between one dollar and a thousand. */
const amount = wireAmount
  .refine(
    ({ micros }) => micros >= AMOUNT_MIN.micros && micros <= AMOUNT_MAX.micros,
    'Must be from 1.00 to 1000.00',
  )
  .meta({ type: 'number', minimum: 1, maximum: 1000, multipleOf: 0.01 })

/** Body of update-auto-topup-settings: what is left out stays, null clears. Unknown keys are ignored. */
export const updateSettingsRequest = z.object({
  is_enabled: z.boolean().optional(),
  threshold_amount: amount.optional(),
  recharge_amount: amount.optional(),
  scheduled_payment_enabled: z.boolean().optional(),
  scheduled_amount: amount.nullable().optional(),
  day_of_month: wireInteger({ min: 1, max: DAY_OF_MONTH_MAX }).nullable().optional(),
  /** One that is saved already; null: whichever is the default at the time. */
  payment_method_id: z.string().min(1).max(255).nullable().optional(),
})

export type UpdateSettingsRequest = z.infer<typeof updateSettingsRequest>

/** Null until it was set. */
const settings = {
  is_enabled: z.boolean(),
  threshold_amount: shownAmount.nullable(),
  recharge_amount: shownAmount.nullable(),
}
const paymentMethodId = z.string().nullable()

/** 200 of get-auto-topup-settings. */
export const settingsResponse = succeeded(
  z.strictObject({
    ...settings,
    scheduled_payment_enabled: z.boolean(),
    scheduled_amount: shownAmount.nullable(),
    day_of_month: z.int().min(1).max(DAY_OF_MONTH_MAX).nullable(),
    payment_method_id: paymentMethodId,
    daily_limit: shownAmount,
    recharge_count_today: z.int().min(0),
    last_recharge_at: dateTime.nullable(),
    currency: z.literal('USD'),
  }),
)

/** 200 of update-auto-topup-settings. */
export const updatedSettingsResponse = succeeded(
  z.strictObject({
    ...settings,
    scheduled_payment_enabled: z.boolean(),
    payment_method_id: paymentMethodId,
    daily_limit: shownAmount,
    updated_at: dateTime,
  }),
)

/** 200 of disable-auto-topup. */
export const disabledResponse = succeeded(
  z.strictObject({ ...settings, payment_method_id: paymentMethodId, updated_at: dateTime }),
)

/** 200 of test-auto-topup. */
export const testedResponse = z.strictObject({
  success: z.literal(true),
  message: z.literal('Test recharge completed successfully'),
  data: z.strictObject({
    amount_charged: shownAmount,
    currency: z.literal('USD'),
    new_balance: shownAmount,
    transaction_id: z.string().min(1),
  }),
})

/** A number in the query, as its digits. */
const queryNumber = (max: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/, 'Must be a whole number')
    .transform(Number)
    .pipe(
      z
        .int()
        .min(1, 'Must be at least 1')
        .max(max, `Must be at most ${String(max)}`),
    )
    .meta({ type: 'integer', minimum: 1, maximum: max })

export const historyQuery = z.object({
  page: queryNumber(PAGE_MAX).optional(),
  per_page: queryNumber(PER_PAGE_MAX).optional(),
})

/** What happened without a charge yet has none of the fields that are not always there. */
const historyItem = z.strictObject({
  id: z.string().min(1),
  amount: shownAmount,
  currency: z.literal('USD'),
  trigger: z.enum(['threshold', 'scheduled', 'test']),
  status: z.enum(['succeeded', 'failed', 'pending', 'requires_action']),
  payment_method_id: paymentMethodId,
  created_at: dateTime,
  balance_before: shownAmount.optional(),
  balance_after: shownAmount.optional(),
  transaction_id: z.string().min(1).optional(),
  failure_reason: z.string().min(1).optional(),
})

/** 200 of get-auto-topup-history. */
export const historyResponse = z.strictObject({
  success: z.literal(true),
  data: z.array(historyItem),
  pagination: z.strictObject({
    current_page: z.int().min(1),
    per_page: z.int().min(1).max(PER_PAGE_MAX),
    total: z.int().min(0),
    last_page: z.int().min(1),
  }),
})

/** 200 of list-auto-topup-payment-methods. */
export const paymentMethodsResponse = succeeded(
  z.array(
    z.strictObject({
      id: z.string().min(1),
      type: z.literal('card'),
      card: z.strictObject({
        brand: z.string(),
        last4: z.string(),
        exp_month: z.int(),
        exp_year: z.int(),
      }),
      is_default: z.boolean(),
      created_at: dateTime,
    }),
  ),
)

export type SettingsResponse = z.infer<typeof settingsResponse>
export type UpdatedSettingsResponse = z.infer<typeof updatedSettingsResponse>
export type DisabledResponse = z.infer<typeof disabledResponse>
export type TestedResponse = z.infer<typeof testedResponse>
export type HistoryResponse = z.infer<typeof historyResponse>
export type PaymentMethodsResponse = z.infer<typeof paymentMethodsResponse>

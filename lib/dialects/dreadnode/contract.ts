import { z } from 'zod'
import { BUNDLE_QUANTITY_MAX } from '@/lib/core/credit-checkouts/start-bundle-checkout'
import { choice, integer, moment, queryInteger, text } from './fields'

const TRANSACTIONS_MAX = 100
const TRANSACTIONS_DEFAULT = 50

/** Whole seconds, UTC, with a Z. */
const dateTime = z.iso.datetime({ precision: 0 })

/** Every path of the dialect names an organisation by its slug. */
export const organisationParams = z.object({ slug: z.string() })

export const balanceResponse = z.strictObject({
  balance: z.int(),
  is_low_balance: z.boolean(),
  auto_refill_enabled: z.boolean(),
})

/** Body of create_checkout_session. Unknown keys are ignored; where may be returned to is the verb's to say. */
export const checkoutRequest = z.object({
  success_url: text(),
  cancel_url: text(),
  quantity: integer({ min: 1, max: BUNDLE_QUANTITY_MAX }).default(1),
})

export const checkoutResponse = z.strictObject({ checkout_url: z.url(), session_id: z.string().min(1) })

/** `credits` is what one bundle grants, `price_cents` what it costs. */
export const priceResponse = z.strictObject({
  credits: z.int().positive(),
  currency: z.literal('usd'),
  price_cents: z.int().positive(),
  product_name: z.string().nullable(),
  product_description: z.string().nullable(),
})

export const TRANSACTION_TYPES = [
  'purchase',
  'auto_refill',
  'usage',
  'inference',
  'span_ingestion',
  'storage',
  'signup_allocation',
  'refund',
  'admin_adjustment',
  'web_search',
] as const
export type TransactionType = (typeof TRANSACTION_TYPES)[number]

export const transactionsQuery = z.object({
  limit: queryInteger({ min: 1, max: TRANSACTIONS_MAX }).default(TRANSACTIONS_DEFAULT),
  transaction_type: z.array(choice(TRANSACTION_TYPES)).nullable().default(null),
})

/** Newest first. Credits that came in are positive, what was used is negative. There is no inference, so nothing of it. */
export const transactionsResponse = z
  .array(
    z.strictObject({
      id: z.uuid(),
      amount: z.int(),
      transaction_type: z.enum(TRANSACTION_TYPES),
      created_at: dateTime,
      description: z.string().nullable(),
      has_receipt: z.boolean(),
      model: z.string().nullable(),
      input_tokens: z.int().nullable(),
      output_tokens: z.int().nullable(),
      inference_cost_usd: z.number().nullable(),
    }),
  )
  .max(TRANSACTIONS_MAX)

export type TransactionsResponse = z.infer<typeof transactionsResponse>

export const receiptParams = organisationParams.extend({ transaction_id: z.string() })

/** The id of a transaction, judged after the caller. */
export const transactionId = z.object({
  transaction_id: z.unknown().transform((value, check) => {
    // Of any version, as PostgreSQL and the vendor read them: one that nothing bears is not found.
    const id = z.guid().safeParse(value)
    if (id.success) return id.data
    check.addIssue({
      code: 'custom',
      message: 'Input should be a valid UUID',
      params: { kind: 'uuid_parsing' },
    })
    return z.NEVER
  }),
})

export const receiptResponse = z.strictObject({ url: z.url() })

export const usageQuery = z.object({
  start_date: moment().nullable().default(null),
  end_date: moment().nullable().default(null),
})

/** What runs by time is calls, messages and numbers here; the rest is not sold, and nothing of it is used. */
export const usageResponse = z.strictObject({
  current_storage_gb: z.number(),
  estimated_span_count: z.int(),
  inference_credits: z.int(),
  sandbox_credits: z.int(),
  span_credits: z.int(),
  storage_credits: z.int(),
  total_credits: z.int(),
  web_search_credits: z.int(),
})

export type UsageResponse = z.infer<typeof usageResponse>

import { z } from 'zod'
import { BUNDLE_QUANTITY_MAX } from '@/lib/core/credit-checkouts/start-bundle-checkout'
import { boolean, integer } from './fields'

/** Beyond this no number of credits means anything; which ones are too many to charge is the verb's to say. */
const CREDITS_MAX = 1_000_000_000

/** Body of the write, which the vendor does not document: what is left out stays, null clears. */
export const autoRefillRequest = z.object({
  enabled: boolean().optional(),
  /** Credits below which it refills. */
  threshold: integer({ min: 1, max: CREDITS_MAX }).nullable().optional(),
  /** Bundles at a time, as at the checkout. */
  quantity: integer({ min: 1, max: BUNDLE_QUANTITY_MAX }).nullable().optional(),
  /** Credits in a calendar month, in UTC. */
  monthly_cap: integer({ min: 1, max: CREDITS_MAX }).nullable().optional(),
})

export type AutoRefillRequest = z.infer<typeof autoRefillRequest>

/**
 * 200 of get_auto_refill_config, and of the write. `month_count` is what `monthly_cap` counts: the credits of this month's
 * refills, begun or done. `quantity` is null where the amount was set in money.
 */
export const autoRefillResponse = z.strictObject({
  enabled: z.boolean(),
  has_payment_method: z.boolean(),
  month_count: z.int().min(0),
  month_reset: z.iso.datetime({ precision: 0 }).nullable(),
  monthly_cap: z.int().nullable(),
  quantity: z.int().nullable(),
  threshold: z.int().nullable(),
})

export type AutoRefillResponse = z.infer<typeof autoRefillResponse>

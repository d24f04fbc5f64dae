import { z } from 'zod'
import type { PromotionCode } from '@/lib/core/ports/subscription-provider'
import { parseAs } from './parse-as'
import { reference, unixSeconds } from './reference'

/** What the reading of a code asks for besides the code itself. */
export const PROMOTION_CODE_EXPANSIONS = ['data.promotion.coupon', 'data.promotion.coupon.applies_to']

const code = z.object({
  id: z.string(),
  active: z.boolean(),
  expires_at: z.int().nullish(),
  max_redemptions: z.int().nullish(),
  times_redeemed: z.int(),
  customer: reference.nullish(),
  promotion: z.object({
    coupon: z.object({
      valid: z.boolean(),
      amount_off: z.int().nullish(),
      currency: z.string().nullish(),
      applies_to: z.object({ products: z.array(z.string()) }).nullish(),
    }),
  }),
  restrictions: z.object({
    first_time_transaction: z.boolean(),
    minimum_amount: z.int().nullish(),
    minimum_amount_currency: z.string().nullish(),
  }),
})

/** The first of a list of codes; null in an empty one. @throws BillingError `payment_provider_unavailable` */
export function parsePromotionCode(list: unknown): PromotionCode | null {
  const [found] = parseAs(z.object({ data: z.array(code) }), list, 'promotion codes').data
  if (found === undefined) return null
  const { coupon } = found.promotion
  const { minimum_amount: minimum, minimum_amount_currency: currency } = found.restrictions
  return {
    id: found.id,
    active: found.active,
    expiresAt: found.expires_at == null ? null : unixSeconds(found.expires_at),
    redemptionsLeft: found.max_redemptions == null ? null : found.max_redemptions - found.times_redeemed,
    customerId: found.customer ?? null,
    firstPurchaseOnly: found.restrictions.first_time_transaction,
    minimum: minimum == null ? null : { cents: minimum, currency: currency ?? 'usd' },
    couponValid: coupon.valid,
    couponCurrency: coupon.amount_off == null ? null : (coupon.currency ?? null),
    products: coupon.applies_to?.products ?? null,
  }
}

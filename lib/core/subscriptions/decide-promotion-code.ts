import type { Instant } from '@/lib/kit/clock'
import type { PromotionCode } from '../ports/subscription-provider'

type Use = Readonly<{
  customerId: string
  productId: string
  /** What a whole period of the terms costs before discounts, in US cents. */
  priceCents: number
  now: Instant
}>

/** Why a code cannot be used on a subscription under way; null where it can. Every restriction that a code may have. */
export function decidePromotionCode(code: PromotionCode | null, use: Use): string | null {
  if (code === null) return 'No such promotion code'
  const expired = code.expiresAt !== null && code.expiresAt <= use.now
  if (expired) return 'This promotion code has expired'
  if (!code.active || !code.couponValid) return 'This promotion code is no longer valid'
  if (code.redemptionsLeft !== null && code.redemptionsLeft <= 0) return 'This promotion code is used up'
  if (code.customerId !== null && code.customerId !== use.customerId) return 'No such promotion code'
  if (code.firstPurchaseOnly) return 'This promotion code is for a first purchase'
  if (code.products !== null && !code.products.includes(use.productId)) {
    return 'This promotion code is for something else'
  }
  if (code.couponCurrency !== null && code.couponCurrency !== 'usd') {
    return 'This promotion code is for another currency'
  }
  const { minimum } = code
  if (minimum !== null && (minimum.currency !== 'usd' || minimum.cents > use.priceCents)) {
    return 'This promotion code needs a larger purchase'
  }
  return null
}

import { describe, expect, it } from 'vitest'
import type { PromotionCode } from '../ports/subscription-provider'
import { decidePromotionCode } from './decide-promotion-code'

const NOW = new Date('2026-11-21T12:00:00Z')
const USE = { customerId: 'cus_1', productId: 'prod_1', priceCents: 3_600, now: NOW }
const CODE: PromotionCode = {
  id: 'promo_1',
  active: true,
  expiresAt: null,
  redemptionsLeft: null,
  customerId: null,
  firstPurchaseOnly: false,
  minimum: null,
  couponValid: true,
  couponCurrency: null,
  products: null,
}
const decide = (change: Partial<PromotionCode>) => decidePromotionCode({ ...CODE, ...change }, USE)

describe('decidePromotionCode', () => {
  it.each<[string, Partial<PromotionCode>]>([
    ['nothing restricts it', {}],
    ['it expires a moment later', { expiresAt: new Date(NOW.getTime() + 1) }],
    ['one redemption is left', { redemptionsLeft: 1 }],
    ['it is for this customer', { customerId: 'cus_1' }],
    ['it is for this product', { products: ['prod_0', 'prod_1'] }],
    ['its amount is in our currency', { couponCurrency: 'usd' }],
    ['the purchase is just large enough', { minimum: { cents: 3_600, currency: 'usd' } }],
  ])('accepts a code where %s', (_case, change) => {
    expect(decide(change)).toBeNull()
  })

  it.each<[string, Partial<PromotionCode>, RegExp]>([
    ['has expired at this moment', { expiresAt: NOW, active: false }, /expired/],
    ['was switched off', { active: false }, /no longer valid/],
    ['has a coupon that is used up', { couponValid: false }, /no longer valid/],
    ['has no redemption left', { redemptionsLeft: 0 }, /used up/],
    ['is for a first purchase', { firstPurchaseOnly: true }, /first purchase/],
    ['is for other products', { products: ['prod_2'] }, /something else/],
    ['is in another currency', { couponCurrency: 'eur' }, /currency/],
    ['needs a cent more', { minimum: { cents: 3_601, currency: 'usd' } }, /larger purchase/],
    ['has a minimum in another currency', { minimum: { cents: 1, currency: 'eur' } }, /larger purchase/],
  ])('refuses a code that %s', (_case, change, reason) => {
    expect(decide(change)).toMatch(reason)
  })

  it("tells nobody of another customer's code", () => {
    expect(decide({ customerId: 'cus_2' })).toBe(decidePromotionCode(null, USE))
  })
})

import { describe, expect, it } from 'vitest'
import { usd, usdFromCents } from '@/lib/kit/money'
import { decideBundleTerms, decideCountTerms } from './decide-order-terms'

const CENT = usdFromCents(1)

describe('a bundle', () => {
  it.each([
    ['costs what its credits are worth', 2_500, 1, 2_500, 2_500],
    ['costs and grants as many times as it is bought', 2_500, 10, 25_000, 25_000],
    ['costs less than its credits are worth, and grants them', 2_000, 1, 2_000, 2_500],
    ['costs more than its credits are worth, and grants them', 3_000, 3, 9_000, 7_500],
  ])('%s', (_case, priceCents, quantity, dueCents, creditCents) => {
    const bundle = { credits: 2_500, price: usdFromCents(priceCents) }
    expect(decideBundleTerms(bundle, quantity, CENT)).toEqual({
      due: usdFromCents(dueCents),
      credit: usdFromCents(creditCents),
    })
  })

  it('grants credit to the micro-dollar where a credit is no whole cent', () => {
    const bundle = { credits: 3, price: usdFromCents(5) }
    expect(decideBundleTerms(bundle, 1, usd(12_345n)).credit).toEqual(usd(37_035n))
  })
})

describe('so many credits', () => {
  it.each([
    [100, 10_000n, 100],
    [10_000, 10_000n, 10_000],
    // 1.246845 dollars, of which 1.25 can be paid.
    [101, 12_345n, 125],
    [100, 5_000n, 50],
  ])('%d at %d micro-dollars cost %d cents, and grant what was paid', (credits, value, cents) => {
    const due = usdFromCents(cents)
    expect(decideCountTerms(credits, usd(value))).toEqual({ due, credit: due })
  })
})

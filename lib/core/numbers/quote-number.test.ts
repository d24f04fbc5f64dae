import { describe, expect, it } from 'vitest'
import { usdFromCents, ZERO } from '@/lib/kit/money'
import type { NumberPlans } from './get-number-plans'
import { decideQuote } from './quote-number'

const monthEnd = new Date('2026-02-28T10:00:00Z')
const periodEnd = new Date('2026-03-15T00:00:00Z')
const plans = (balanceCents: number, cover: NumberPlans['cover'] = null): NumberPlans => ({
  numbers: [],
  balance: usdFromCents(balanceCents),
  rent: usdFromCents(200),
  monthEnd,
  cover,
})
const cover = { periodEnd, cancelAtPeriodEnd: false, freeUnits: 0 }
const share = (dueCents: number, repaidCents = 0) => ({
  amountDue: usdFromCents(dueCents),
  prorationDate: 1_770_000_000,
  repaid: usdFromCents(repaidCents),
})

describe('without a subscription, a number', () => {
  it('takes a month of rent from the balance', () => {
    expect(decideQuote(plans(500), null)).toEqual({
      kind: 'wallet',
      price: usdFromCents(200),
      balance: usdFromCents(500),
      balanceAfter: usdFromCents(300),
      coveredUntil: monthEnd,
    })
  })

  it('can be had for the last cent, and not for one cent less', () => {
    expect(decideQuote(plans(200), null)).toMatchObject({ kind: 'wallet', balanceAfter: ZERO })
    expect(decideQuote(plans(199), null)).toMatchObject({ kind: 'short' })
  })
})

describe('with a subscription, a number', () => {
  it('is charged its share of the period, and leaves the balance alone', () => {
    expect(decideQuote(plans(5, cover), share(641))).toEqual({
      kind: 'card',
      price: usdFromCents(641),
      quotedAt: 1_770_000_000,
      balance: usdFromCents(5),
      balanceAfter: usdFromCents(5),
      coveredUntil: periodEnd,
    })
  })

  it('costs nothing where a unit is free', () => {
    const quote = decideQuote(plans(-5, cover), share(0))
    expect(quote).toMatchObject({ kind: 'unit', balanceAfter: usdFromCents(-5) })
  })

  it('brings back to the balance what the same charge collects of it', () => {
    const quote = decideQuote(plans(-346, cover), share(987, 346))
    expect(quote).toMatchObject({ kind: 'card', price: usdFromCents(987), balanceAfter: ZERO })
  })

  it('whose end was not heard of in the preview, is priced as rent', () => {
    expect(decideQuote(plans(500, cover), null)).toMatchObject({ kind: 'wallet' })
  })
})

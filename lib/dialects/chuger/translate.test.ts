import { describe, expect, it } from 'vitest'
import type { CreditStatus } from '@/lib/core/credits/get-credit-status'
import { usd, usdFromCents } from '@/lib/kit/money'
import { presentPreview, presentStats, quotaHeaders } from './translate'

const CENT = usdFromCents(1)
const status = (change: Partial<CreditStatus> = {}): CreditStatus => ({
  balance: usdFromCents(18_675),
  limit: usdFromCents(20_000),
  used: usdFromCents(1_325),
  renewsAt: new Date('2026-02-01T00:00:00Z'),
  ...change,
})

describe('presentStats', () => {
  it('is the published example', () => {
    expect(presentStats(status(), CENT)).toEqual({
      balance: 18_675,
      formatted_balance: '18,675',
      limit: 20_000,
      used: 1_325,
      is_low: false,
      threshold: 4_000,
      percentage_used: 6.63,
      next_renewal: '2026-02-01T00:00:00Z',
    })
  })

  it('rounds what is left down and what was used up, also below zero', () => {
    const shown = presentStats(status({ balance: usd(-4_200n), used: usd(4_200n) }), CENT)
    expect(shown).toMatchObject({ balance: -1, formatted_balance: '-1', used: 1 })
  })

  it.each([
    [0, 0],
    [1, 0.01],
    [1_325, 6.63],
    [20_000, 100],
    [20_500, 100],
  ])('has used %d of 20,000 credits: %d percent', (used, percent) => {
    expect(presentStats(status({ used: usdFromCents(used) }), CENT).percentage_used).toBe(percent)
  })

  it.each([
    [20_000, 4_000, false],
    [20_000, 3_999, true],
    [100, 50, false],
    [100, 49, true],
    [0, 49, true],
  ])('with a limit of %d is %d credits low: %s', (limit, balance, isLow) => {
    const shown = presentStats(status({ limit: usdFromCents(limit), balance: usdFromCents(balance) }), CENT)
    expect(shown.is_low).toBe(isLow)
  })

  it('has nothing to renew and nothing used of nothing without a plan', () => {
    const shown = presentStats(status({ limit: usd(0n), renewsAt: null }), CENT)
    expect(shown).toMatchObject({ limit: 0, percentage_used: 0, next_renewal: null })
  })
})

describe('quotaHeaders', () => {
  it.each([
    [20_000, 1_325, '20000', '18675'],
    [20_000, 20_500, '20000', '0'],
    [0, 5, '0', '0'],
  ])('of %d credits, %d used: %s and %s', (limit, used, quota, remaining) => {
    const headers = quotaHeaders({ limit: usdFromCents(limit), used: usdFromCents(used) }, CENT)
    expect(headers).toEqual({ 'x-monthly-quota': quota, 'x-monthly-remaining': remaining })
  })
})

describe('presentPreview', () => {
  it.each([
    [10, true, 0],
    [9, false, -1],
    [-1, false, -11],
  ])('with %d credits affords five extractions: %s', (credits, can, remaining) => {
    const balance = usdFromCents(credits)
    expect(presentPreview({ service_type: 'content', quantity: 5 }, status({ balance }), CENT)).toEqual({
      service_type: 'content',
      service_name: 'Content Extraction',
      credit_cost_per_request: 2,
      quantity: 5,
      total_cost: 10,
      current_balance: credits,
      remaining_after: remaining,
      can_afford: can,
    })
  })
})

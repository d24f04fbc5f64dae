import { describe, expect, it } from 'vitest'
import { usd } from '@/lib/kit/money'
import { decideNumbersReleaseAt } from './decide-numbers-release-at'

const belowZeroSince = new Date('2026-03-01T09:30:15.250Z')
const inDebt = { balance: usd(-1n), belowZeroSince, subscribed: false }

describe('decideNumbersReleaseAt', () => {
  it('is 30 days of 24 hours after the balance went below zero, across a change of clocks', () => {
    expect(decideNumbersReleaseAt(inDebt)).toEqual(new Date('2026-03-31T09:30:15.250Z'))
  })

  it('begins at the smallest debt there is', () => {
    expect(decideNumbersReleaseAt({ ...inDebt, balance: usd(-1n) })).not.toBeNull()
    expect(decideNumbersReleaseAt({ ...inDebt, balance: usd(0n) })).toBeNull()
  })

  it('does not threaten an account at or above zero, nor one that a subscription covers', () => {
    expect(decideNumbersReleaseAt({ balance: usd(1n), belowZeroSince: null, subscribed: false })).toBeNull()
    expect(decideNumbersReleaseAt({ ...inDebt, subscribed: true })).toBeNull()
  })
})

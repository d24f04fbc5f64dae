import { describe, expect, it } from 'vitest'
import { usd } from '@/lib/kit/money'
import { decideNumbersReleaseAt } from './decide-numbers-release-at'

const belowZeroSince = new Date('2026-03-01T09:30:15.250Z')
const inDebt = {
  balance: usd(-1n),
  belowZeroSince,
  releasePaused: false,
  coveredMilliseconds: 0,
  numbers: ['+12125550100'],
}
const DAY_MS = 24 * 60 * 60 * 1000

describe('decideNumbersReleaseAt', () => {
  it('is 30 days of 24 hours after the balance went below zero, across a change of clocks', () => {
    expect(decideNumbersReleaseAt(inDebt)).toEqual(new Date('2026-03-31T09:30:15.250Z'))
  })

  it('begins at the smallest debt there is', () => {
    expect(decideNumbersReleaseAt({ ...inDebt, balance: usd(-1n) })).not.toBeNull()
    expect(decideNumbersReleaseAt({ ...inDebt, balance: usd(0n) })).toBeNull()
  })

  it('does not threaten an account at or above zero, nor one that a subscription covers', () => {
    const even = { ...inDebt, balance: usd(1n), belowZeroSince: null }
    expect(decideNumbersReleaseAt(even)).toBeNull()
    expect(decideNumbersReleaseAt({ ...inDebt, releasePaused: true })).toBeNull()
    expect(decideNumbersReleaseAt({ ...inDebt, numbers: [] })).toBeNull()
  })

  it('does not count the days that a subscription covered', () => {
    const back = { ...inDebt, coveredMilliseconds: 100 * DAY_MS }
    expect(decideNumbersReleaseAt(back)).toEqual(new Date('2026-07-09T09:30:15.250Z'))
  })
})

import { describe, expect, it } from 'vitest'
import { usd, usdFromCents } from '@/lib/kit/money'
import type { AutoTopUpPatch, AutoTopUpSettings } from './auto-top-up'
import { decideSettings, NOTHING_SET } from './decide-settings'

const dollars = (amount: number) => usdFromCents(amount * 100)
const SET: AutoTopUpSettings = { ...NOTHING_SET, threshold: dollars(10), amount: dollars(50) }

const settings = (current: AutoTopUpSettings, patch: AutoTopUpPatch) => {
  const decision = decideSettings(current, patch)
  return decision.kind === 'settings' ? decision.settings : decision
}
const problems = (current: AutoTopUpSettings, patch: AutoTopUpPatch) => {
  const decision = decideSettings(current, patch)
  return decision.kind === 'refused' ? decision.fieldErrors : {}
}

describe('a change of the settings', () => {
  it('changes what is given, clears what is null and keeps the rest', () => {
    const before = { ...SET, paymentMethodId: 'pm_1', monthlyCap: dollars(100) }
    expect(settings(before, { threshold: dollars(20), paymentMethodId: null, amount: undefined })).toEqual({
      ...before,
      threshold: dollars(20),
      paymentMethodId: null,
    })
  })

  it('forgets the bundles of an amount when another is given in money', () => {
    const bundled = { ...SET, quantity: 2 }
    expect(settings(bundled, { threshold: dollars(20) })).toMatchObject({ quantity: 2 })
    expect(settings(bundled, { amount: dollars(25) })).toMatchObject({ quantity: null })
    expect(settings(bundled, { amount: dollars(75), quantity: 3 })).toMatchObject({ quantity: 3 })
  })

  it('switches on only what is complete', () => {
    expect(problems(NOTHING_SET, { enabled: true })).toEqual({
      threshold: ['Needed to switch it on'],
      amount: ['Needed to switch it on'],
    })
    expect(settings(SET, { enabled: true })).toMatchObject({ enabled: true })
    expect(problems({ ...SET, enabled: true }, { amount: null })).toEqual({
      amount: ['Needed to switch it on'],
    })
    expect(problems(SET, { scheduledEnabled: true, dayOfMonth: 5 })).toEqual({
      scheduledAmount: ['Needed with a schedule'],
    })
    expect(
      settings(SET, { scheduledEnabled: true, dayOfMonth: 5, scheduledAmount: dollars(5) }),
    ).toMatchObject({
      scheduledEnabled: true,
    })
  })

  it.each([
    ['amount', 99, 'Must be from $1.00 to $1,000.00'],
    ['amount', 100_001, 'Must be from $1.00 to $1,000.00'],
    ['scheduledAmount', 0, 'Must be from $1.00 to $1,000.00'],
    ['threshold', 0, 'Must be from $0.01 to $1,000.00'],
    ['threshold', -1, 'Must be from $0.01 to $1,000.00'],
    ['threshold', 100_001, 'Must be from $0.01 to $1,000.00'],
    ['monthlyCap', 99, 'Must be from $1.00 to $1,000,000.00'],
  ])('refuses a %s of %i cents', (field, cents, problem) => {
    expect(problems(SET, { [field]: usdFromCents(cents) })).toEqual({ [field]: [problem] })
  })

  it.each([
    ['amount', 100],
    ['amount', 100_000],
    ['threshold', 1],
    ['monthlyCap', 100_000_000],
  ])('takes a %s of %i cents, the last that is allowed', (field, cents) => {
    expect(problems(SET, { [field]: usdFromCents(cents) })).toEqual({})
  })

  it('refuses parts of a cent, which no card can be charged', () => {
    expect(problems(SET, { amount: usd(1_000_001n) })).toEqual({ amount: ['Must be whole cents'] })
    expect(problems(SET, { threshold: usd(1_000_001n), monthlyCap: usd(1_000_001n) })).toEqual({})
  })

  it.each([0, 29, 1.5, -1, Number.NaN])('refuses day %d', (dayOfMonth) => {
    expect(problems(SET, { dayOfMonth })).toEqual({ dayOfMonth: ['Must be a day from 1 to 28'] })
  })
})

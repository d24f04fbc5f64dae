import { describe, expect, it } from 'vitest'
import type { SubscriptionLine } from '../ports/payment-provider'
import { decideCover } from './decide-cover'

const day = (number: number) => new Date(Date.UTC(2026, 0, number))
const line = (quantity: number, start: number, end: number, proration = false): SubscriptionLine => ({
  quantity,
  interval: 'monthly',
  start: day(start),
  end: day(end),
  proration,
})

describe('decideCover', () => {
  it('is the one line of a first invoice or a renewal', () => {
    expect(decideCover([line(3, 1, 32)])).toMatchObject({ quantity: 3, start: day(1), end: day(32) })
  })

  it('names all units of the period, the new one among them, and not those of the remainder alone', () => {
    expect(decideCover([line(4, 10, 32, true)])).toMatchObject({ quantity: 4, end: day(32), proration: true })
  })

  it('is the new period where the interval changed, whatever else is billed from the same moment', () => {
    const lines = [line(5, 10, 375, true), { ...line(3, 10, 41), interval: 'monthly' as const }]
    expect(decideCover(lines)).toMatchObject({ quantity: 3, end: day(41) })
    expect(decideCover(lines.toReversed())).toMatchObject({ quantity: 3, end: day(41) })
  })

  it('takes the most units where several lines end together', () => {
    expect(decideCover([line(3, 1, 32), line(4, 10, 32, true)])).toMatchObject({ quantity: 4 })
  })

  it('is nothing where no time is billed', () => {
    expect(decideCover([])).toBeNull()
    expect(decideCover([line(0, 1, 32), line(2, 5, 5)])).toBeNull()
  })
})

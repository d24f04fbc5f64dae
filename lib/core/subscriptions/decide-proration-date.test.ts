import { describe, expect, it } from 'vitest'
import { decideProrationDate, momentBeside, quoteMoment } from './decide-proration-date'

const seconds = (text: string) => Date.parse(text) / 1000
const NOW = new Date('2026-11-21T12:00:00.900Z')
const PERIOD = { periodStart: new Date('2026-11-21T00:00:00Z'), periodEnd: new Date('2026-12-21T00:00:00Z') }

describe('quoteMoment', () => {
  it('is the second under way', () => {
    expect(quoteMoment(NOW, PERIOD)).toBe(seconds('2026-11-21T12:00:00Z'))
  })

  it('never lies outside the period', () => {
    expect(quoteMoment(new Date('2026-11-20T23:59:59Z'), PERIOD)).toBe(seconds('2026-11-21T00:00:00Z'))
    expect(quoteMoment(new Date('2026-12-21T00:00:00Z'), PERIOD)).toBe(seconds('2026-12-20T23:59:59Z'))
  })
})

describe('momentBeside', () => {
  it('goes back, but not out of the period', () => {
    expect(momentBeside(100, 3, new Date(97_000))).toBe(97)
    expect(momentBeside(100, 3, new Date(98_000))).toBe(103)
    expect(momentBeside(100, 0, new Date(100_000))).toBe(100)
  })
})

describe('decideProrationDate', () => {
  it('accepts none, the second under way, and one of the last day', () => {
    expect(decideProrationDate(null, NOW, PERIOD)).toBeNull()
    expect(decideProrationDate(quoteMoment(NOW, PERIOD), NOW, PERIOD)).toBeNull()
    expect(decideProrationDate(seconds('2026-11-21T00:00:00Z'), NOW, PERIOD)).toBeNull()
  })

  it.each([
    ['before the period began', seconds('2026-11-20T23:59:59Z'), NOW],
    ['more than a day old', seconds('2026-11-21T12:00:00Z') - 1, new Date('2026-11-22T12:00:00Z')],
    ['more than a minute ahead', seconds('2026-11-21T12:01:01Z'), NOW],
    ['in milliseconds', NOW.getTime(), NOW],
    ['zero', 0, NOW],
  ])('refuses one that is %s', (_case, given, now) => {
    expect(decideProrationDate(given, now, PERIOD)).toEqual(expect.any(String))
  })
})

import { describe, expect, it } from 'vitest'
import { datesOfSteps, decideStep } from './decide-step'

const course = {
  belowZeroSince: new Date('2026-03-01T09:30:15.250Z'),
  releaseAt: new Date('2026-03-31T09:30:15.250Z'),
}
const at = (text: string) => decideStep(course, new Date(text))

describe('the ladder', () => {
  it.each([
    ['2026-03-01T09:30:15.249Z', null],
    ['2026-03-01T09:30:15.250Z', 'below-zero'],
    ['2026-03-24T09:30:15.249Z', 'below-zero'],
    ['2026-03-24T09:30:15.250Z', 'week'],
    ['2026-03-30T09:30:15.249Z', 'week'],
    ['2026-03-30T09:30:15.250Z', 'day'],
    ['2026-03-31T09:30:15.249Z', 'day'],
    ['2026-03-31T09:30:15.250Z', 'release'],
    ['2027-03-31T09:30:15.250Z', 'release'],
  ])('at %s has come to %s', (now, step) => {
    expect(at(now)).toBe(step)
  })

  it('begins no step before the debt, where few days were left', () => {
    const short = { belowZeroSince: course.belowZeroSince, releaseAt: new Date('2026-03-03T09:30:15.250Z') }
    expect(datesOfSteps(short)).toEqual({
      'below-zero': course.belowZeroSince,
      week: course.belowZeroSince,
      day: new Date('2026-03-02T09:30:15.250Z'),
      release: short.releaseAt,
    })
    expect(decideStep(short, course.belowZeroSince)).toBe('week')
  })
})

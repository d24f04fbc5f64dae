import { expect, test } from 'vitest'
import { formatMoment } from './format-moment'

const AT = '2026-09-05T22:05:07.000Z'

test('a moment is told in the zone that was asked for', () => {
  expect(formatMoment(AT, 'UTC', 'second')).toBe('05 Sep 2026, 22:05:07 UTC')
  expect(formatMoment(AT, 'Asia/Tokyo', 'minute')).toBe('06 Sep 2026, 07:05')
  expect(formatMoment(AT, 'America/Los_Angeles', 'day')).toBe('05 Sep 2026')
})

test('midnight is the zeroth hour, not the twenty-fourth', () => {
  expect(formatMoment('2026-01-01T00:00:00Z', 'UTC', 'minute')).toBe('01 Jan 2026, 00:00')
})

test('the text has the same length for every month and hour, so that nothing moves', () => {
  const lengths = Array.from(
    { length: 24 },
    (_, i) => formatMoment(new Date(Date.UTC(2026, i % 12, 1 + i, i)).toISOString(), 'UTC', 'minute').length,
  )
  expect(new Set(lengths).size).toBe(1)
})

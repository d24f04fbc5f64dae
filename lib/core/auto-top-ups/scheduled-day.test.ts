import { expect, test } from 'vitest'
import { daysLeftInMonth, isoDay, nextMonth, nextScheduledDay } from './scheduled-day'

test('a day of the month comes in every month, whatever its length', () => {
  for (let day = 1; day <= 28; day++) {
    const found: string[] = []
    for (
      let now = new Date(Date.UTC(2027, 0, 1) - 1);
      found.length < 24;
      now = new Date(`${found.at(-1) ?? ''}T23:59:59.999Z`)
    ) {
      found.push(nextScheduledDay(day, now))
    }
    const months = Array.from({ length: 24 }, (_, month) => isoDay(new Date(Date.UTC(2027, month, day))))
    expect(found).toEqual(months)
  }
})

test.each([
  ['2026-01-14T23:59:59.999Z', 15, '2026-01-15'],
  ['2026-01-15T00:00:00.000Z', 15, '2026-02-15'],
  ['2026-01-31T12:00:00.000Z', 28, '2026-02-28'],
  ['2028-02-29T12:00:00.000Z', 1, '2028-03-01'],
  ['2026-12-28T00:00:00.000Z', 28, '2027-01-28'],
])('at %s the next day %i is %s: never the day itself', (now, day, next) => {
  expect(nextScheduledDay(day, new Date(now))).toBe(next)
})

test.each([
  ['2026-02-28T23:59:59.999Z', 1, '2026-03-01T00:00:00.000Z'],
  ['2028-02-28T00:00:00.000Z', 2, '2028-03-01T00:00:00.000Z'],
  ['2026-12-01T00:00:00.000Z', 31, '2027-01-01T00:00:00.000Z'],
])('at %s the month has %i days left, and the next begins at %s', (now, days, next) => {
  expect(daysLeftInMonth(new Date(now))).toBe(days)
  expect(nextMonth(new Date(now))).toEqual(new Date(next))
})

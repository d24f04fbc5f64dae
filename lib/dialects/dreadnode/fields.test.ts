import { describe, expect, it } from 'vitest'
import { moment } from './fields'

describe('a moment in a query', () => {
  it.each([
    ['2026-01-02', '2026-01-02T00:00:00.000Z'],
    ['2026-01-02T03:04', '2026-01-02T03:04:00.000Z'],
    ['2026-01-02T03:04+02:00', '2026-01-02T01:04:00.000Z'],
    ['2026-01-02 03:04:05', '2026-01-02T03:04:05.000Z'],
    ['2026-01-02t03:04:05.678z', '2026-01-02T03:04:05.678Z'],
    ['2026-01-02T03:04:05.123456789Z', '2026-01-02T03:04:05.123Z'],
    ['2026-01-02T03:04:05+02:00', '2026-01-02T01:04:05.000Z'],
    ['2026-01-02T03:04:05-0230', '2026-01-02T05:34:05.000Z'],
    ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000Z'],
    ['9999-12-31T23:59:59Z', '9999-12-31T23:59:59.000Z'],
  ])('is %s', (text, instant) => {
    expect(moment().parse(text).toISOString()).toBe(instant)
  })

  it.each([
    // What becomes of `+02:00` where the plus is not escaped: not UTC.
    '2026-01-02T03:04:05 02:00',
    '2026-01-02T03:04:05Tnonsense',
    '2026-02-30',
    '2026-01-02T24:00:00Z',
    // Of the year 10000, and of the year 0, which PostgreSQL has not.
    '9999-12-31T23:59:59-14:00',
    '0001-01-01T00:00:00+14:00',
    '0000-01-01',
    '2026-01-02T',
    '2026-01-02Z',
    '',
  ])('is not %s', (text) => {
    expect(moment().safeParse(text).error?.issues).toMatchObject([
      { message: 'Input should be a valid datetime', params: { kind: 'datetime_parsing' } },
    ])
  })
})

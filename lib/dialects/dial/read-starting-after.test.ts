import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readStartingAfter } from './read-starting-after'

describe('readStartingAfter reads', () => {
  test.each([
    ['2024-04-01T00:00:00Z', '2024-04-01T00:00:00.000000Z'],
    ['2024-04-01T00:00:00.5Z', '2024-04-01T00:00:00.500000Z'],
    ['2024-04-01T00:00:00.123456Z', '2024-04-01T00:00:00.123456Z'],
    ['2024-04-01T02:30:00.000001+02:30', '2024-04-01T00:00:00.000001Z'],
    ['2024-03-31T20:00:00-04:00', '2024-04-01T00:00:00.000000Z'],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000000Z'],
    ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000000Z'],
    ['9999-12-31T23:59:59.999999Z', '9999-12-31T23:59:59.999999Z'],
  ])('%s', (text, moment) => {
    expect(readStartingAfter(text)).toBe(moment)
  })

  test.each([
    ['2024-04-01T00:00:00.1234560000Z', '2024-04-01T00:00:00.123456Z'],
    ['2024-04-01T00:00:00.1234560001Z', '2024-04-01T00:00:00.123457Z'],
    ['2024-12-31T23:59:59.9999999Z', '2025-01-01T00:00:00.000000Z'],
  ])('%s, finer than a microsecond, as the next of them', (text, moment) => {
    expect(readStartingAfter(text)).toBe(moment)
  })

  test('what the API answers as what it is', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true }),
        fc.nat({ max: 999_999 }),
        (date, micros) => {
          const moment = `${date.toISOString().slice(0, 19)}.${String(micros).padStart(6, '0')}Z`
          expect(readStartingAfter(moment)).toBe(moment)
        },
      ),
    )
  })
})

test.each([
  '',
  ' ',
  'yesterday',
  'now',
  'infinity',
  '-infinity',
  'epoch',
  '0',
  '1711929600',
  '2024-04-01',
  '2024-04-01 00:00:00Z',
  '2024-04-01T00:00:00',
  '2024-04-01T00:00:00 02:00',
  '2024-04-01T00:00:00+2',
  '2024-04-01T24:00:00Z',
  '2024-04-01T23:59:60Z',
  '2024-13-01T00:00:00Z',
  '2024-02-30T00:00:00Z',
  '2023-02-29T00:00:00Z',
  '0000-01-01T00:00:00Z',
  '9999-12-31T23:59:59-01:00',
  '9999-12-31T23:59:59.9999999Z',
  '10000-01-01T00:00:00Z',
  '+002024-04-01T00:00:00Z',
  "2024-04-01T00:00:00Z'; drop table posting --",
  '２０２４-04-01T00:00:00Z',
  '2024-04-01T00:00:00Z\n',
  '2024-04-01T00:00:00Z ',
])('readStartingAfter refuses %j', (text) => {
  expect(readStartingAfter(text)).toBeNull()
})

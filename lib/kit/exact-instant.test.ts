import { expect, it } from 'vitest'
import { isExactInstant } from './exact-instant'

it.each([
  ['2026-08-12T09:30:00.123456Z', true],
  ['2028-02-29T23:59:59.999999Z', true],
  ['0001-01-01T00:00:00.000000Z', true],
  ['2026-02-29T00:00:00.000000Z', false],
  ['2026-02-30T00:00:00.000000Z', false],
  ['2026-04-31T00:00:00.000000Z', false],
  ['2026-08-12T24:00:00.000000Z', false],
  ['2026-13-01T00:00:00.000000Z', false],
  ['0000-01-01T00:00:00.000000Z', false],
  ['2026-08-12T09:30:00.123Z', false],
  ['2026-08-12', false],
  ['', false],
])('of %s says %s', (text, isOne) => {
  expect(isExactInstant(text)).toBe(isOne)
})

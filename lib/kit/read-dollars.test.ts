import fc from 'fast-check'
import { expect, test } from 'vitest'
import { usdFromCents } from './money'
import { readDollars, typedDollars } from './read-dollars'

test.each([
  ['25', 2_500],
  [' 25.5 ', 2_550],
  ['$25.05', 2_505],
  ['$ 0.5', 50],
  ['25.', 2_500],
  ['1,250.00', 125_000],
  ['1,000,000', 100_000_000],
  ['007', 700],
  ['0', 0],
])('%j is %i cents', (text, cents) => {
  expect(readDollars(text)).toEqual(usdFromCents(cents))
})

test.each([
  '',
  ' ',
  '$',
  '.5',
  '-1',
  '\u22121',
  '1e3',
  '0x10',
  '1.234',
  '1,25',
  '12,50.00',
  '1.000,00',
  '\uff11',
  'NaN',
  'Infinity',
  '25 USD',
  '9'.repeat(8),
  '9'.repeat(10_000),
])('%j is no amount', (text) => {
  expect(readDollars(text)).toBeNull()
})

test('what a field shows is read as what it was', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 999_999_999 }), (cents) => {
      expect(readDollars(typedDollars(usdFromCents(cents)))).toEqual(usdFromCents(cents))
    }),
  )
})

import { expect, test } from 'vitest'
import { asDecimal, formatAmount } from './format-amount'

test.each([
  [0, '$0.00'],
  [5, '$0.05'],
  [2_500, '$25.00'],
  [123_456_789, '$1,234,567.89'],
  [-500, '-$5.00'],
  // As a float, 9007199254740.93 dollars would lose its last cent.
  [900_719_925_474_093, '$9,007,199,254,740.93'],
])('%d cents are shown as %s', (cents, shown) => {
  expect(formatAmount(cents, 'usd')).toBe(shown)
})

test('a currency without a smaller unit is shown without a fraction', () => {
  expect(formatAmount(500, 'jpy')).toBe('¥500')
  expect(asDecimal(500, 0)).toBe('500')
})

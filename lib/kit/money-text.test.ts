import fc from 'fast-check'
import { expect, test } from 'vitest'
import { usd, usdFromCents } from './money'
import { moneyString, moneyText } from './money-text'

test('whole cents show two digits and thousands are grouped', () => {
  expect(moneyString(usdFromCents(123_456_78))).toBe('$123,456.78')
  expect(moneyString(usdFromCents(0))).toBe('$0.00')
})

test('what is below a cent is shown with every digit it has', () => {
  expect(moneyString(usd(7_500n))).toBe('$0.0075')
  expect(moneyString(usd(1n))).toBe('$0.000001')
  expect(moneyText(usd(1_230_000n))).toEqual({ cents: '$1.23', belowCent: '' })
})

test('a negative amount keeps its sign, also below one dollar and below one cent', () => {
  expect(moneyString(usdFromCents(-50))).toBe('−$0.50')
  expect(moneyString(usd(-1n))).toBe('−$0.000001')
})

test('amounts beyond what a float can hold stay exact', () => {
  expect(moneyString(usd(9_007_199_254_740_993_000_001n))).toBe('$9,007,199,254,740,993.000001')
})

test('the digits of any amount read back to the same amount', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(10n ** 24n), max: 10n ** 24n }), (micros) => {
      const digits = moneyString(usd(micros)).replace(/[$,]/g, '').replace('−', '-')
      const [whole = '', fraction = ''] = digits.replace('-', '').split('.')
      const size = BigInt(whole) * 1_000_000n + BigInt(fraction.padEnd(6, '0'))
      expect(digits.startsWith('-') ? -size : size).toBe(micros)
    }),
  )
})

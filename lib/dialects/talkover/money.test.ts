import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { z } from 'zod'
import { usd, usdFromCents } from '@/lib/kit/money'
import { losslessJson } from './json'
import { presentAmount, wireAmount, wireInteger } from './money'

/** As it stands in a body. */
const literally = (literal: string) => z.tuple([z.unknown()]).parse(losslessJson.parse(`[${literal}]`))[0]
const read = (literal: string) => wireAmount.safeParse(literally(literal))
const micros = (literal: string) => read(literal).data?.micros
const problem = (literal: string) => read(literal).error?.issues[0]?.message
const show = (amount: bigint) => losslessJson.stringify(presentAmount(usd(amount)))

describe('an amount in a request', () => {
  test.each([
    ['100', 100_000_000n],
    ['100.0', 100_000_000n],
    ['100.00', 100_000_000n],
    ['0.1', 100_000n],
    ['0.01', 10_000n],
    ['0', 0n],
    ['-0', 0n],
    ['-0.5', -500_000n],
    ['999999999999.99', 999_999_999_999_990_000n],
    // As a float this is 8.1999999999999993.
    ['8.20', 8_200_000n],
  ])('%s is read to the cent', (literal, amount) => {
    expect(micros(literal)).toBe(amount)
  })

  test.each([
    ['0.001', 'Must have at most two decimals'],
    ['100.000', 'Must have at most two decimals'],
    ['1e2', 'Must be written without an exponent'],
    ['1E-2', 'Must be written without an exponent'],
    ['1e400', 'Must be written without an exponent'],
    ['1000000000000', 'Too large'],
    [`1${'0'.repeat(5_000)}`, 'Too large'],
    [`0.${'0'.repeat(5_000)}1`, 'Must have at most two decimals'],
    ['"100"', 'Must be a number'],
    ['"100.00"', 'Must be a number'],
    ['null', 'Must be a number'],
    ['true', 'Must be a number'],
    ['[100]', 'Must be a number'],
    ['{"value":"100","isLosslessNumber":true}', 'Must be a number'],
  ])('%s is none', (literal, message) => {
    expect(problem(literal)).toBe(message)
  })

  test.each(['NaN', 'Infinity', '+1', '.5', '5.', '01', '0x10', '1_000', '1,5'])(
    '%s is no JSON at all',
    (literal) => {
      expect(() => losslessJson.parse(literal)).toThrow()
    },
  )

  it('that was left out is missing', () => {
    expect(wireAmount.safeParse(undefined).success).toBe(false)
  })
})

describe('an amount in an answer', () => {
  test.each([
    [100_000_000n, '100.00'],
    [0n, '0.00'],
    [10_000n, '0.01'],
    [19_999n, '0.01'],
    [-1n, '-0.01'],
    [-10_001n, '-0.02'],
    [-5_000_000n, '-5.00'],
    [1_234_567_890_000n, '1234567.89'],
  ])('of %d micro-dollars is %s', (amount, text) => {
    expect(show(amount)).toBe(text)
  })

  it('of whole cents is read back as the same', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 13n), max: 10n ** 13n }), (cents) => {
        const { micros: amount } = usdFromCents(cents)
        expect(micros(show(amount))).toBe(amount)
      }),
    )
  })
})

describe('a whole number in a request', () => {
  const day = wireInteger({ min: 1, max: 28 })
  test.each(['1', '28'])('%s is within its bounds', (literal) => {
    expect(day.parse(literally(literal))).toBe(Number(literal))
  })
  test.each(['0', '29', '1.5', '1.0', '1e1', '"1"', 'null', `1${'0'.repeat(400)}`])(
    '%s is not',
    (literal) => {
      expect(day.safeParse(literally(literal)).success).toBe(false)
    },
  )
})

describe('JSON with its digits', () => {
  it('has no room for a name given twice, or for more brackets than the stack is deep', () => {
    expect(() => losslessJson.parse('{"amount":1,"amount":2}')).toThrow()
    expect(() => losslessJson.parse('['.repeat(60_000) + ']'.repeat(60_000))).toThrow()
  })

  it('takes a body that is a number for no object', () => {
    expect(losslessJson.parse('5')).toBe(5)
  })

  it('gives no object another prototype', () => {
    const value = losslessJson.parse('{"__proto__":{"amount":1}}')
    expect(value).not.toHaveProperty('amount')
  })
})

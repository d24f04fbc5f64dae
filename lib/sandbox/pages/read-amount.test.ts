import { describe, expect, test } from 'vitest'
import { describeLimits, readAmount } from './read-amount'

const LIMITS = { minimumCents: 500, maximumCents: 100_000 }

describe('readAmount', () => {
  test.each([
    ['25', 2_500],
    ['25.00', 2_500],
    ['25.5', 2_550],
    [' $25.01 ', 2_501],
    ['$ 1,000', 100_000],
    ['1,000.00', 100_000],
    ['1000', 100_000],
    ['005', 500],
    // 19.99 * 100 is 1998.9999999999998: the cents must not pass through a fraction.
    ['19.99', 1_999],
  ])('reads %j as %d cents', (text, amountCents) => {
    expect(readAmount(text, LIMITS, 'usd')).toEqual({ ok: true, amountCents })
  })

  test.each([
    'abc',
    '',
    ' ',
    '.',
    '25.',
    '.5',
    '25.001',
    '1,00',
    '10,00',
    '1.000,00',
    '-25',
    '+25',
    '1e3',
    '0x19',
  ])('refuses %j as no amount', (text) => {
    expect(readAmount(text, LIMITS, 'usd')).toEqual({
      ok: false,
      message: 'Enter an amount in USD, such as 25.00.',
    })
  })

  test('refuses digits of other scripts and more of them than a number holds exactly', () => {
    expect(readAmount('٢٥', LIMITS, 'usd').ok).toBe(false)
    expect(readAmount('9'.repeat(30), LIMITS, 'usd').ok).toBe(false)
  })

  test('takes the limits themselves and says which one was crossed', () => {
    expect(readAmount('5', LIMITS, 'usd').ok).toBe(true)
    expect(readAmount('4.99', LIMITS, 'usd')).toEqual({ ok: false, message: 'The smallest amount is $5.00.' })
    expect(readAmount('1000.01', LIMITS, 'usd')).toEqual({
      ok: false,
      message: 'The largest amount is $1,000.00.',
    })
  })

  test("falls back to Stripe's own limits where the price has none", () => {
    const none = { minimumCents: null, maximumCents: null }
    expect(readAmount('0.49', none, 'usd')).toEqual({ ok: false, message: 'The smallest amount is $0.50.' })
    expect(readAmount('999,999.99', none, 'usd').ok).toBe(true)
    expect(readAmount('1,000,000', none, 'usd').ok).toBe(false)
  })

  test('knows a currency without a smaller unit', () => {
    expect(readAmount('500', LIMITS, 'jpy')).toEqual({ ok: true, amountCents: 500 })
    expect(readAmount('500.00', LIMITS, 'jpy').ok).toBe(false)
  })
})

test('describeLimits says both limits in words', () => {
  expect(describeLimits(LIMITS, 'usd')).toBe('Between $5.00 and $1,000.00.')
})

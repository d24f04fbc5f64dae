import { describe, expect, test } from 'vitest'
import { generateApiKey, hashApiKey, isWellFormedApiKey, previewApiKey } from './key-codec'

const PEPPER = 'a pepper of at least 32 characters'
/** Stripe's own keys, and what secret scanners take for one. */
const STRIPE_KEY = /sk_live_[0-9A-Za-z]{24,}/

describe('a generated key', () => {
  test('is well formed, and never made twice', () => {
    const keys = Array.from({ length: 1000 }, generateApiKey)
    expect(keys.every(isWellFormedApiKey)).toBe(true)
    expect(new Set(keys).size).toBe(1000)
  })

  test('has the prefix of the contract, and is not taken for a key of Stripe', () => {
    const key = generateApiKey()
    expect(key).toMatch(/^sk_live_tt_[0-9A-Za-z]{38}$/)
    expect(key).not.toMatch(STRIPE_KEY)
  })

  test('uses every one of the 62 characters about equally', () => {
    const counts = new Map<string, number>()
    for (let i = 0; i < 2000; i++) {
      for (const character of generateApiKey().slice(11, 43)) {
        counts.set(character, (counts.get(character) ?? 0) + 1)
      }
    }
    expect(counts.size).toBe(62)
    const expected = (2000 * 32) / 62
    for (const count of counts.values()) expect(Math.abs(count - expected)).toBeLessThan(expected * 0.25)
  })
})

describe('isWellFormedApiKey', () => {
  test('refuses a key with any one character changed', () => {
    const key = generateApiKey()
    for (let at = 0; at < key.length; at++) {
      const other = key.charAt(at) === 'a' ? 'b' : 'a'
      expect(isWellFormedApiKey(key.slice(0, at) + other + key.slice(at + 1))).toBe(false)
    }
  })

  test('refuses a key with two neighbours swapped', () => {
    const key = generateApiKey()
    for (let at = 11; at < key.length - 1; at++) {
      const swapped = key.slice(0, at) + key.charAt(at + 1) + key.charAt(at) + key.slice(at + 2)
      if (swapped !== key) expect(isWellFormedApiKey(swapped)).toBe(false)
    }
  })

  test.each([
    '',
    'sk_live_',
    'sk_live_tt_',
    'sk_test_tt_',
    `sk_live_${'a'.repeat(24)}`,
    `sk_live_tt_${'a'.repeat(38)}`,
    `sk_live_tt_${'a'.repeat(100_000)}`,
    `${generateApiKey()}\n`,
    ` ${generateApiKey()}`,
    generateApiKey().slice(0, -1),
    `${generateApiKey()}0`,
    generateApiKey().toLowerCase().toUpperCase(),
  ])('refuses %j', (text) => {
    expect(isWellFormedApiKey(text)).toBe(false)
  })
})

test('the hash depends on the key and on the pepper', () => {
  const [one, two] = [generateApiKey(), generateApiKey()]
  expect(hashApiKey(one, PEPPER)).toEqual(hashApiKey(one, PEPPER))
  expect(hashApiKey(one, PEPPER)).not.toEqual(hashApiKey(two, PEPPER))
  expect(hashApiKey(one, PEPPER)).not.toEqual(hashApiKey(one, `${PEPPER}!`))
})

test('the preview shows six characters of the random part', () => {
  const key = generateApiKey()
  expect(previewApiKey(key)).toBe(`sk_live_tt_${key.slice(11, 13)}…${key.slice(-4)}`)
})

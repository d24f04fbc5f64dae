import { describe, expect, test } from 'vitest'
import {
  generatePersonalToken,
  generateSessionToken,
  hashAccessToken,
  isWellFormedAccessToken,
} from './token-codec'

const PEPPER = 'a pepper of at least 32 characters'

describe('a generated token', () => {
  test('names its row in front where it is personal', () => {
    const token = generatePersonalToken(12n)
    expect(token).toMatch(/^12\|[0-9A-Za-z]{38}$/)
    expect(isWellFormedAccessToken(token)).toBe(true)
  })

  test('has a form of its own where it stands for a sign-in', () => {
    const token = generateSessionToken()
    expect(token).toMatch(/^tt_session_[0-9A-Za-z]{38}$/)
    expect(isWellFormedAccessToken(token)).toBe(true)
  })

  test('is never made twice', () => {
    expect(new Set(Array.from({ length: 500 }, generateSessionToken)).size).toBe(500)
  })
})

describe('isWellFormedAccessToken', () => {
  const secret = generateSessionToken().slice(11)

  test.each([
    '',
    secret,
    `|${secret}`,
    `0|${secret}`,
    `01|${secret}`,
    `-1|${secret}`,
    `1||${secret}`,
    `1|1|${secret}`,
    `${'1'.repeat(20)}|${secret}`,
    `1|${secret.slice(0, -1)}`,
    `1|${secret}x`,
    `1|${secret}\n`,
    `tt_session_${secret.slice(1)}`,
    `tt_session_tt_session_${secret}`,
    `1|${'a'.repeat(100_000)}`,
  ])('refuses %j', (text) => {
    expect(isWellFormedAccessToken(text)).toBe(false)
  })
})

test('the hash depends on the secret, on the id in front of it, and on the pepper', () => {
  const token = generatePersonalToken(1n)
  expect(hashAccessToken(token, PEPPER)).toEqual(hashAccessToken(token, PEPPER))
  expect(hashAccessToken(token, PEPPER)).not.toEqual(hashAccessToken(token, `${PEPPER}!`))
  expect(hashAccessToken(token, PEPPER)).not.toEqual(hashAccessToken(token.replace('1', '2'), PEPPER))
  expect(hashAccessToken(token, PEPPER)).not.toEqual(hashAccessToken(generatePersonalToken(1n), PEPPER))
})

import { describe, expect, test } from 'vitest'
import { emailSchema, foldEmail } from './email'

describe('emailSchema', () => {
  test.each([
    ['ada@example.com', 'ada@example.com'],
    ['  Ada@Example.COM ', 'ada@example.com'],
    ['ada+talk@example.com', 'ada+talk@example.com'],
    // Full-width letters and the full-width @ are their plain selves after NFKC.
    ['ａｄａ＠example.com', 'ada@example.com'],
  ])('reads %j as %s', (text, email) => {
    expect(emailSchema.parse(text)).toBe(email)
  })

  test.each([
    '',
    'ada',
    'ada@',
    '@example.com',
    'ada@example',
    'ada@@example.com',
    'ada@evil.com＠example.com',
    'ada@example.com,eve@example.com',
    'ada@example.com\r\nBcc: eve@example.com',
    'ada@example.com\0',
    'аda@example.com',
    'ada\u200b@example.com',
    '"ada eve"@example.com',
    'ada eve@example.com',
    'ada..eve@example.com',
    `${'a'.repeat(250)}@example.com`,
    '\ud800@example.com',
  ])('refuses %j', (text) => {
    expect(emailSchema.safeParse(text).success).toBe(false)
  })

  test('answers a hostile text at once', () => {
    const started = performance.now()
    emailSchema.safeParse(`${'a.'.repeat(50_000)}@`)
    expect(performance.now() - started).toBeLessThan(50)
  })
})

describe('foldEmail', () => {
  test.each([
    ['ada@example.com', 'ada@example.com'],
    ['ada+one@example.com', 'ada@example.com'],
    ['ada+one+two@example.com', 'ada@example.com'],
    ['a.d.a@example.com', 'a.d.a@example.com'],
    ['a.d.a+x@gmail.com', 'ada@gmail.com'],
    ['ada@googlemail.com', 'ada@gmail.com'],
  ])('takes %s for %s', (email, person) => {
    expect(foldEmail(email)).toBe(person)
  })
})

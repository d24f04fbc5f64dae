import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { ENV_NAMES, parseEnv } from './env'

const GOOD = {
  APP_URL: 'https://app.talktime.example',
  DATABASE_URL: 'postgres://app@127.0.0.1:5432/talktime',
  READONLY_DATABASE_URL: 'postgres://readonly@127.0.0.1:5432/talktime',
  AUTH_SECRET: 'a'.repeat(32),
  API_KEY_PEPPER: 'b'.repeat(32),
  STRIPE_SECRET_KEY: 'sk_test_1',
  STRIPE_PUBLISHABLE_KEY: 'pk_test_1',
  STRIPE_WEBHOOK_SECRETS: 'whsec_1,whsec_2',
}
const LIVE = { STRIPE_SECRET_KEY: 'sk_live_1', STRIPE_PUBLISHABLE_KEY: 'pk_live_1' }

describe('parseEnv', () => {
  test('accepts what is needed and fills in the rest', () => {
    expect(parseEnv(GOOD)).toMatchObject({
      STRIPE_WEBHOOK_SECRETS: ['whsec_1', 'whsec_2'],
      RETURN_URL_ORIGINS: [],
      WELCOME_CREDIT_CENTS: 500,
      TRUSTED_PROXY_HOPS: 0,
      livemode: false,
      development: false,
    })
  })

  test.each(Object.keys(GOOD))('refuses to do without %s, and names it', (name) => {
    for (const value of [undefined, '']) {
      expect(() => parseEnv({ ...GOOD, [name]: value })).toThrow(`Talktime cannot start: ${name} `)
    }
  })

  test('names everything that is off in one sentence', () => {
    expect(() => parseEnv({ ...GOOD, APP_URL: 'nonsense', AUTH_SECRET: 'short' })).toThrow(
      /APP_URL .*; AUTH_SECRET must have at least 32 characters\. See \.env\.example\.$/,
    )
  })

  test.each([' ', 'whsec_', 'whsec_a b', 'secret', ','])('refuses the webhook secret %j', (secret) => {
    expect(() => parseEnv({ ...GOOD, STRIPE_WEBHOOK_SECRETS: secret })).toThrow(/STRIPE_WEBHOOK_SECRETS/)
  })

  test.each(['4999', '100000000', '0', '1.5'])('refuses %s micro-dollars for a credit', (price) => {
    expect(() => parseEnv({ ...GOOD, CREDIT_MICROS: price })).toThrow(/CREDIT_MICROS/)
  })

  test.each(['5000', '99999999'])('lets a credit be worth %s micro-dollars', (price) => {
    expect(parseEnv({ ...GOOD, CREDIT_MICROS: price }).CREDIT_MICROS).toBe(Number(price))
  })

  test('refuses keys of two modes', () => {
    expect(() => parseEnv({ ...GOOD, STRIPE_SECRET_KEY: 'sk_live_1' })).toThrow(/different modes/)
  })

  test.each(['STRIPE_API_BASE', 'STRIPE_JS_URL', 'CLOCK_URL'])(
    'lets %s stand in on this machine only',
    (name) => {
      expect(parseEnv({ ...GOOD, [name]: 'http://127.0.0.1:4010/x' })).toMatchObject({
        [name]: 'http://127.0.0.1:4010/x',
      })
      for (const elsewhere of [
        'http://evil.example',
        'http://127.0.0.1.evil.example',
        'http://169.254.169.254',
      ]) {
        expect(() => parseEnv({ ...GOOD, [name]: elsewhere })).toThrow(/loopback/)
      }
      expect(() => parseEnv({ ...GOOD, ...LIVE, [name]: 'http://127.0.0.1:4010' })).toThrow(/must be unset/)
    },
  )

  test('knows real money by its keys', () => {
    expect(parseEnv({ ...GOOD, ...LIVE }).livemode).toBe(true)
  })
})

describe('.env.example', () => {
  const lines = readFileSync(new URL('../.env.example', import.meta.url), 'utf8')
    .trim()
    .split('\n')
  const given = new Map(
    lines
      .filter((line) => /^[A-Z]/.test(line))
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  )

  test('names every variable that is read, and no other', () => {
    const expected = [...ENV_NAMES, 'MIGRATION_DATABASE_URL']
    expect([...given.keys()].sort()).toEqual(expected.sort())
  })

  test('says of each what it is for', () => {
    for (const [at, line] of lines.entries()) {
      if (/^[A-Z]/.test(line)) expect(lines[at - 1], line).toMatch(/^(#|[A-Z])/)
    }
  })

  test('shows the defaults', () => {
    const withDefaults = parseEnv(GOOD)
    for (const [name, value] of given) {
      if (value === '' || name in GOOD || !(name in withDefaults)) continue
      expect(parseEnv({ ...GOOD, [name]: value }), name).toEqual(withDefaults)
    }
  })

  test('with its blanks filled in is a configuration that starts', () => {
    const filled = Object.fromEntries([...given].filter(([, value]) => value !== ''))
    expect(() => parseEnv({ ...GOOD, ...filled })).not.toThrow()
  })
})

import { expect, test } from 'vitest'
import { securityHeaders } from './security-headers'

const SITE: Parameters<typeof securityHeaders>[0] = {
  nonce: 'abc',
  appUrl: 'https://app.talktime.example',
  stripeJsUrl: undefined,
  development: false,
}

function policyOf(site: Partial<typeof SITE>): Map<string, string[]> {
  const policy = securityHeaders({ ...SITE, ...site })['content-security-policy'] ?? ''
  return new Map(
    policy.split('; ').map((directive) => [directive.split(' ')[0] ?? '', directive.split(' ').slice(1)]),
  )
}

test('without a stand-in, every origin beside our own is Stripe', () => {
  for (const sources of policyOf({}).values()) {
    for (const source of sources) {
      expect(source).toMatch(
        /^('self'|'none'|'nonce-abc'|'strict-dynamic'|'unsafe-inline'|data:|https:\/\/(\*\.)?([a-z]+\.)*stripe\.com)$/,
      )
    }
  }
})

test('scripts need the nonce: neither inline ones nor eval are allowed', () => {
  const script = policyOf({}).get('script-src')
  expect(script).toContain("'nonce-abc'")
  expect(script).toContain("'strict-dynamic'")
  expect(script).not.toContain("'unsafe-inline'")
  expect(script).not.toContain("'unsafe-eval'")
})

test('nobody frames us, and our pages send their forms and resolve their links to us', () => {
  const policy = policyOf({})
  expect(policy.get('frame-ancestors')).toEqual(["'none'"])
  expect(policy.get('base-uri')).toEqual(["'none'"])
  expect(policy.get('object-src')).toEqual(["'none'"])
  expect(policy.get('form-action')).toEqual(["'self'"])
})

test('the origin of STRIPE_JS_URL is allowed where Stripe is, and nowhere else', () => {
  const policy = policyOf({ stripeJsUrl: 'http://127.0.0.1:4010/stripe.js' })
  const allowing = [...policy].filter(([, sources]) => sources.includes('http://127.0.0.1:4010'))
  expect(allowing.map(([name]) => name).sort()).toEqual(['connect-src', 'frame-src', 'script-src'])
})

test('only development may compile source maps with eval', () => {
  expect(policyOf({ development: true }).get('script-src')).toContain("'unsafe-eval'")
})

test('https is demanded of browsers only where the app has it', () => {
  expect(securityHeaders(SITE)['strict-transport-security']).toMatch(/^max-age=\d{8,}/)
  expect(securityHeaders({ ...SITE, appUrl: 'http://localhost:3000' })).not.toHaveProperty(
    'strict-transport-security',
  )
})

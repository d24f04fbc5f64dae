import { describe, expect, it } from 'vitest'
import { FOREIGN_RETURN_URLS } from '@/lib/testing/foreign-return-urls'
import { decideCheckoutUrl } from './decide-checkout-url'

const site = { appUrl: 'https://app.talktime.example', returnOrigins: ['https://partner.example'] }

describe('decideCheckoutUrl', () => {
  it.each([
    ['example', 'https://app.talktime.example/example'],
    ['/billing', 'https://app.talktime.example/billing'],
    ['', 'https://app.talktime.example/'],
    ['?paid=1', 'https://app.talktime.example/?paid=1'],
    ['done?id={CHECKOUT_SESSION_ID}', 'https://app.talktime.example/done?id={CHECKOUT_SESSION_ID}'],
    ['/done/{CHECKOUT_SESSION_ID}', 'https://app.talktime.example/done/{CHECKOUT_SESSION_ID}'],
    ['https://partner.example/back', 'https://partner.example/back'],
    [
      'https://partner.example/{CHECKOUT_SESSION_ID}?a=b#c',
      'https://partner.example/{CHECKOUT_SESSION_ID}?a=b#c',
    ],
  ])('takes %s', (requested, url) => {
    expect(decideCheckoutUrl(requested, site)).toEqual({ accepted: true, url })
  })

  it.each(FOREIGN_RETURN_URLS)('sends nobody to another origin for %j', (requested) => {
    const decided = decideCheckoutUrl(requested, site)
    if (decided.accepted) expect(new URL(decided.url).origin).toBe('https://app.talktime.example')
  })

  it.each([
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    'java\nscript:alert(1)',
    ' javascript:alert(1)',
    '\u0001javascript:alert(1)',
    'data:text/html,x',
    '//evil.example',
    '\\\\evil.example',
    '/\\evil.example',
    '/%2fevil.example',
    'https:evil.example',
    'http:evil.example',
    'https://evil.example/',
    'https://partner.example@evil.example/',
    'http://partner.example/',
    'localhost:3000/back',
    'a'.repeat(3_000),
  ])('refuses %j', (requested) => {
    expect(decideCheckoutUrl(requested, site)).toMatchObject({ accepted: false })
  })
})

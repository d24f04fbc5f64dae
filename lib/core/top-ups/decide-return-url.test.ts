import { describe, expect, it } from 'vitest'
import { decideReturnUrl } from './decide-return-url'
import { FOREIGN_RETURN_URLS } from '@/lib/testing/foreign-return-urls'

const site = { appUrl: 'https://app.talktime.example', returnOrigins: ['https://partner.example:8443'] }

describe('decideReturnUrl', () => {
  it('returns to our own page where none is named', () => {
    expect(decideReturnUrl(null, site)).toEqual({
      accepted: true,
      url: 'https://app.talktime.example/billing/return?session_id={CHECKOUT_SESSION_ID}',
    })
  })

  it.each([
    ['https://app.talktime.example', 'https://app.talktime.example/'],
    ['https://app.talktime.example/billing', 'https://app.talktime.example/billing'],
    ['HTTPS://APP.TALKTIME.EXAMPLE/Billing?a=1#b', 'https://app.talktime.example/Billing?a=1#b'],
    ['https://app.talktime.example:443/x', 'https://app.talktime.example/x'],
    ['https://partner.example:8443/back', 'https://partner.example:8443/back'],
    [
      'https://app.talktime.example/a?to=https://evil.example',
      'https://app.talktime.example/a?to=https://evil.example',
    ],
    ['https://app.talktime.example/mail/a@b', 'https://app.talktime.example/mail/a@b'],
    [
      'https://app.talktime.example/r/{CHECKOUT_SESSION_ID}?s={CHECKOUT_SESSION_ID}',
      'https://app.talktime.example/r/{CHECKOUT_SESSION_ID}?s={CHECKOUT_SESSION_ID}',
    ],
  ])('accepts %s, an origin that is allowed', (requested, url) => {
    expect(decideReturnUrl(requested, site)).toEqual({ accepted: true, url })
  })

  it.each(FOREIGN_RETURN_URLS)('refuses %j', (requested) => {
    expect(decideReturnUrl(requested, site)).toMatchObject({ accepted: false })
  })

  it('refuses what is longer than Stripe would take', () => {
    const tooLong = `https://app.talktime.example/${'a'.repeat(2_048)}`
    expect(decideReturnUrl(tooLong, site)).toMatchObject({ accepted: false })
  })

  it('decides hostile texts of 100 kB, however they are made', () => {
    const hostile = [
      'https://'.repeat(12_500),
      `https://${'@'.repeat(100_000)}`,
      `https://a${'\\'.repeat(100_000)}`,
    ]
    expect(hostile.filter((text) => decideReturnUrl(text, site).accepted)).toEqual([])
  })
})

import { describe, expect, test } from 'vitest'
import { resolveReturnUrl } from './return-url'

const OWN = 'https://app.talktime.example'
const ORIGINS = [OWN, 'https://partner.example:8443']

describe('resolveReturnUrl accepts', () => {
  test.each([
    ['/', `${OWN}/`],
    ['/billing', `${OWN}/billing`],
    ['/billing?tab=cards#top', `${OWN}/billing?tab=cards#top`],
    ['/billing?next=//evil.example', `${OWN}/billing?next=//evil.example`],
    ['/billing?next=https://evil.example', `${OWN}/billing?next=https://evil.example`],
    ['/billing/return?id={CHECKOUT_SESSION_ID}', `${OWN}/billing/return?id={CHECKOUT_SESSION_ID}`],
    ['/a//b', `${OWN}/a//b`],
    ['/@evil.example', `${OWN}/@evil.example`],
    [OWN, OWN],
    [`${OWN}/back?x=1`, `${OWN}/back?x=1`],
    [`${OWN}:443/back`, `${OWN}:443/back`],
    ['HTTPS://APP.talktime.example/back', 'HTTPS://APP.talktime.example/back'],
    ['https://partner.example:8443/done', 'https://partner.example:8443/done'],
  ])('%s', (text, url) => {
    expect(resolveReturnUrl(text, ORIGINS)).toBe(url)
  })
})

describe('resolveReturnUrl refuses', () => {
  test.each([
    '',
    ' ',
    'billing',
    '.',
    '..//evil.example',
    '?x=1',
    '#x',
    '//evil.example',
    '///evil.example',
    '////evil.example',
    '/\\evil.example',
    '\\/evil.example',
    '\\\\evil.example',
    '\\/\\/evil.example',
    '/%2f/evil.example',
    '/%2Fevil.example',
    '/%2f%2fevil.example',
    '/%5cevil.example',
    '/%5C%5Cevil.example',
    '%2f%2fevil.example',
    '/\t/evil.example',
    '/\n/evil.example',
    '/\r/evil.example',
    '\t//evil.example',
    '/billing\r\nSet-Cookie: a=b',
    '/billing\0',
    '/ /evil.example',
    ' /billing',
    '/billing ',
    '\u2028/billing',
    '/\u200b/evil.example',
    '/\u202eevil',
    '\ufeff//evil.example',
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    'java\tscript:alert(1)',
    'javascript://app.talktime.example/%0aalert(1)',
    'data:text/html,<script>alert(1)</script>',
    'vbscript:msgbox(1)',
    'file:///etc/passwd',
    'ftp://app.talktime.example/',
    'blob:https://app.talktime.example/1',
    'about:blank',
    'https:evil.example',
    'https:/evil.example',
    'https:///evil.example',
    'https:\\\\evil.example',
    'https://',
    'http:app.talktime.example',
    'http://app.talktime.example/back',
    'https://evil.example',
    'https://evil.example/app.talktime.example',
    'https://evil.example#app.talktime.example',
    'https://evil.example?app.talktime.example',
    'https://evil.example\\@app.talktime.example',
    'https://app.talktime.example@evil.example',
    'https://app.talktime.example:443@evil.example',
    'https://user:pass@app.talktime.example/',
    'https://user@app.talktime.example/',
    'https://@app.talktime.example/',
    'https://:@app.talktime.example/',
    'https://app.talktime.example.evil.example',
    'https://evilapp.talktime.example',
    'https://app.talktime.example:8443/',
    'https://partner.example/',
    'https://app.talktime.example\u3002evil.example/',
    'https://аpp.talktime.example/',
    'https://[::1]/',
    `/${'a'.repeat(2048)}`,
  ])('%j', (text) => {
    expect(resolveReturnUrl(text, ORIGINS)).toBeNull()
  })

  test('everything when no origin is allowed', () => {
    expect(resolveReturnUrl('/billing', [])).toBeNull()
  })
})

test('whatever is accepted has an allowed origin in the URL parser of browsers', () => {
  const alphabet = [
    '/',
    '\\',
    '%2f',
    '@',
    ':',
    '.',
    'evil.example',
    'app.talktime.example',
    'https:',
    '\t',
    '?',
    '#',
  ]
  for (let seed = 0; seed < 20_000; seed++) {
    let rest = seed * 7919
    let text = ''
    for (let i = 0; i < 6; i++) {
      text += alphabet[rest % alphabet.length] ?? ''
      rest = Math.floor(rest / alphabet.length)
    }
    const url = resolveReturnUrl(text, ORIGINS)
    if (url !== null) expect(ORIGINS).toContain(new URL(url).origin)
  }
})

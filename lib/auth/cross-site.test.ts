import { expect, test } from 'vitest'
import { isCrossSite } from './cross-site'

const appOrigin = 'https://app.talktime.example'
const foreign = 'https://evil.example'

test.each([
  // A safe method changes nothing, whoever sends it.
  ['GET', 'cross-site', foreign, false],
  ['HEAD', 'cross-site', null, false],
  ['OPTIONS', null, null, false],
  // Sec-Fetch-Site decides where there is one, whatever Origin says.
  ['POST', 'same-origin', appOrigin, false],
  ['POST', 'same-origin', null, false],
  ['POST', 'same-origin', 'http://127.0.0.1:3000', false],
  ['POST', 'same-site', appOrigin, true],
  ['POST', 'cross-site', appOrigin, true],
  ['POST', 'none', null, true],
  ['POST', '', null, true],
  ['POST', 'SAME-ORIGIN', null, true],
  ['POST', 'same-origin, cross-site', null, true],
  // Without it the origin must be ours to the letter.
  ['POST', null, appOrigin, false],
  ['POST', null, foreign, true],
  ['POST', null, 'null', true],
  ['POST', null, '', true],
  ['POST', null, 'http://app.talktime.example', true],
  ['POST', null, 'https://app.talktime.example:8443', true],
  ['POST', null, 'https://app.talktime.example.evil.example', true],
  ['POST', null, `${appOrigin}/`, true],
  // Whoever says neither is no browser of today: refused.
  ['POST', null, null, true],
  ['PUT', null, null, true],
  ['PATCH', null, null, true],
  ['DELETE', null, null, true],
  ['DELETE', 'same-origin', null, false],
  ['post', null, null, true],
  ['TRACE', null, null, true],
])('%s with Sec-Fetch-Site %s and Origin %s: refused is %s', (method, secFetchSite, origin, refused) => {
  expect(isCrossSite({ method, secFetchSite, origin, appOrigin })).toBe(refused)
})

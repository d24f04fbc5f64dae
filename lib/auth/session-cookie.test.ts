import { expect, test } from 'vitest'
import { sessionCookie } from './session-cookie'

test('over https the cookie is bound to the host and to https', () => {
  expect(sessionCookie('https://app.talktime.example')).toMatchObject({
    name: '__Host-talktime.session',
    secure: true,
  })
})

test('over http it has no prefix, which browsers would refuse', () => {
  expect(sessionCookie('http://localhost:3000')).toMatchObject({ name: 'talktime.session', secure: false })
})

test.each([
  [null, undefined],
  ['', undefined],
  ['other=1', undefined],
  ['talktime.session=abc', 'abc'],
  ['a=1; talktime.session=abc; b=2', 'abc'],
  ['talktime.session=a=b', 'a=b'],
  ['xtalktime.session=abc', undefined],
  ['talktime.session.0=abc', undefined],
  ['talktime.session=first; talktime.session=second', 'first'],
])('in the header %j the token is %j', (header, token) => {
  expect(sessionCookie('http://localhost:3000').read(header)).toBe(token)
})

import { describe, expect, test } from 'vitest'
import { generateApiKey, hashApiKey } from '@/lib/core/api-keys/key-codec'
import { hashSessionToken, readCredential } from './credential'

const pepper = 'a pepper of at least 32 characters'
const key = generateApiKey()
const sessionToken = 'a-session-token'

describe('readCredential', () => {
  test.each([`Bearer ${key}`, `bearer ${key}`, `BEARER   ${key}  `])(
    'reads the key of %j',
    (authorization) => {
      expect(readCredential({ authorization, sessionToken: undefined, pepper })).toEqual({
        kind: 'api-key',
        hash: hashApiKey(key, pepper),
      })
    },
  )

  test('reads the session where there is no Authorization header', () => {
    expect(readCredential({ authorization: null, sessionToken, pepper })).toEqual({
      kind: 'session',
      hash: hashSessionToken(sessionToken),
    })
  })

  test.each([
    '',
    'Bearer',
    'Bearer ',
    key,
    `Basic ${key}`,
    `Bearer ${key}, Bearer ${key}`,
    `Bearer ${key} ${key}`,
    `Bearer ${key.slice(0, -1)}`,
    'Bearer garbage',
    `Bearer "${key}"`,
  ])('never falls back to the session when Authorization is %j', (authorization) => {
    expect(readCredential({ authorization, sessionToken, pepper })).toBeNull()
  })

  test.each([undefined, '', 'x'.repeat(129)])('finds nothing in the session cookie %j', (token) => {
    expect(readCredential({ authorization: null, sessionToken: token, pepper })).toBeNull()
  })
})

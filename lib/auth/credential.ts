import { createHash, randomBytes } from 'node:crypto'
import { hashAccessToken, isWellFormedAccessToken } from '@/lib/core/access-tokens/token-codec'
import { hashApiKey, isWellFormedApiKey } from '@/lib/core/api-keys/key-codec'

/** What a request offers to be known by, already reduced to the hash under which it is stored. */
export type Credential = Readonly<{ kind: CredentialKind; hash: Buffer }>

/** `session` is a browser's cookie; `token` an access token, one that stands for a sign-in included. */
export type CredentialKind = 'api-key' | 'session' | 'token'

type Reading = Readonly<{ authorization: string | null; sessionToken: string | undefined; pepper: string }>

/**
 * The credential of a request, or null where it has none or one that cannot be good: a key or
 * token whose checksum is wrong never reaches the database. A request with an Authorization header is a program's: its cookies are ignored for
 * good, so that a bad key is never saved by a cookie that came along.
 */
export function readCredential({ authorization, sessionToken, pepper }: Reading): Credential | null {
  if (authorization !== null) {
    const text = /^bearer +(\S+) *$/i.exec(authorization)?.[1] ?? ''
    if (isWellFormedApiKey(text)) return { kind: 'api-key', hash: hashApiKey(text, pepper) }
    if (isWellFormedAccessToken(text)) return { kind: 'token', hash: hashAccessToken(text, pepper) }
    return null
  }
  if (sessionToken === undefined || sessionToken === '' || sessionToken.length > 128) return null
  return { kind: 'session', hash: hashSessionToken(sessionToken) }
}

/** A browser's session token, of which only the hash is kept. */
export function newSessionToken(): string {
  return randomBytes(32).toString('base64url')
}

/** Session tokens are 256 random bits, so a plain hash is enough to make a stolen table useless. */
export function hashSessionToken(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}

import { createHmac } from 'node:crypto'
import { isCheckedSecret, newCheckedSecret } from '@/lib/kit/checked-secret'

/** Of tokens that stand for a sign-in. */
const SESSION_PREFIX = 'tt_session_'

/** `1|…`: the id in front tells whoever finds a personal token which one to revoke. */
export function generatePersonalToken(id: bigint): string {
  return `${String(id)}|${newCheckedSecret()}`
}

export function generateSessionToken(): string {
  return SESSION_PREFIX + newCheckedSecret()
}

/** Whether the text can be an access token of ours at all. Says nothing about whether it was ever issued. */
export function isWellFormedAccessToken(text: string): boolean {
  const secret = /^(?:tt_session_|[1-9]\d{0,18}\|)(\w+)$/.exec(text)?.[1]
  return secret !== undefined && isCheckedSecret(secret)
}

/** What is stored of a token: of all of it, so that no other id goes with its secret. */
export function hashAccessToken(token: string, pepper: string): Buffer {
  return createHmac('sha256', pepper).update(`access-token:${token}`).digest()
}

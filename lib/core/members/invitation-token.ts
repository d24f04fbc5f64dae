import { createHash, randomBytes } from 'node:crypto'

/** 256 random bits, as they stand in the link. */
export function newInvitationToken(): string {
  return randomBytes(32).toString('base64url')
}

/** What is stored of it. */
export function hashInvitationToken(token: string): Buffer {
  return createHash('sha256').update(`invitation:${token}`).digest()
}

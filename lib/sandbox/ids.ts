import { randomBytes } from 'node:crypto'

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/** An id of Stripe's shape: prefix, underscore, 24 letters and digits. */
export function newId(prefix: string): string {
  return `${prefix}_${randomText(24)}`
}

/** Uniform letters and digits from the system's generator. */
export function randomText(length: number): string {
  let text = ''
  while (text.length < length) {
    for (const byte of randomBytes(length * 2)) {
      if (byte < 248 && text.length < length) text += ALPHABET.charAt(byte % 62)
    }
  }
  return text
}

/**
 * The secret a browser opens a session with. Stripe's end in a percent-encoded blob, so callers must pass them on
 * untouched; ours always contain escapes, one of them an encoded slash, to find callers that do not.
 */
export function newCheckoutSecret(sessionId: string): string {
  return `${sessionId}_secret_fid${randomText(20)}%2F${randomText(24)}%25${randomText(8)}`
}

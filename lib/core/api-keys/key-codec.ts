import { createHmac } from 'node:crypto'
import { isCheckedSecret, newCheckedSecret } from '@/lib/kit/checked-secret'

/**
 * `sk_live_` is what the contract asks for, and Stripe's own prefix too. The tag with its underscore keeps our keys
 * out of Stripe's pattern, so that neither a secret scanner nor our own redaction takes one for the other.
 */
const PREFIX = 'sk_live_tt_'

/** A new key: the prefix, then a secret with its checksum. */
export function generateApiKey(): string {
  return PREFIX + newCheckedSecret()
}

/** Whether the text can be a key of ours at all. Says nothing about whether it was ever issued. */
export function isWellFormedApiKey(text: string): boolean {
  return text.startsWith(PREFIX) && isCheckedSecret(text.slice(PREFIX.length))
}

/** What is stored of a key. Without the pepper, a copy of the database cannot even test a key that leaked. */
export function hashApiKey(key: string, pepper: string): Buffer {
  return createHmac('sha256', pepper).update(`api-key:${key}`).digest()
}

/** The first and last characters: enough to recognise a key by, useless to anyone else. */
export function previewApiKey(key: string): string {
  return `${key.slice(0, PREFIX.length + 2)}…${key.slice(-4)}`
}

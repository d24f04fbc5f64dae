import { createHmac, randomInt } from 'node:crypto'
import { crc32 } from 'node:zlib'

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/**
 * `sk_live_` is what the contract asks for, and Stripe's own prefix too. The tag with its underscore keeps our keys
 * out of Stripe's pattern, so that neither a secret scanner nor our own redaction takes one for the other.
 */
const PREFIX = 'sk_live_tt_'
const RANDOM_CHARACTERS = 32
const CHECKSUM_CHARACTERS = 6
const SHAPE = new RegExp(`^${PREFIX}[0-9A-Za-z]{${RANDOM_CHARACTERS + CHECKSUM_CHARACTERS}}$`)

/** A new key: the prefix, 190 random bits, and a checksum that tells typing errors and junk from keys offline. */
export function generateApiKey(): string {
  const random = Array.from({ length: RANDOM_CHARACTERS }, () => BASE62.charAt(randomInt(62))).join('')
  return PREFIX + random + checksumOf(random)
}

/** Whether the text can be a key of ours at all. Says nothing about whether it was ever issued. */
export function isWellFormedApiKey(text: string): boolean {
  if (!SHAPE.test(text)) return false
  const random = text.slice(PREFIX.length, PREFIX.length + RANDOM_CHARACTERS)
  return text.slice(PREFIX.length + RANDOM_CHARACTERS) === checksumOf(random)
}

/** What is stored of a key. Without the pepper, a copy of the database cannot even test a key that leaked. */
export function hashApiKey(key: string, pepper: string): Buffer {
  return createHmac('sha256', pepper).update(`api-key:${key}`).digest()
}

/** The first and last characters: enough to recognise a key by, useless to anyone else. */
export function previewApiKey(key: string): string {
  return `${key.slice(0, PREFIX.length + 2)}…${key.slice(-4)}`
}

function checksumOf(random: string): string {
  let rest = crc32(random)
  let text = ''
  for (let i = 0; i < CHECKSUM_CHARACTERS; i++) {
    text = BASE62.charAt(rest % 62) + text
    rest = Math.floor(rest / 62)
  }
  return text
}

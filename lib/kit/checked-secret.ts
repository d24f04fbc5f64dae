import { randomInt } from 'node:crypto'
import { crc32 } from 'node:zlib'

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const RANDOM_CHARACTERS = 32
const CHECKSUM_CHARACTERS = 6
const SHAPE = new RegExp(`^[0-9A-Za-z]{${RANDOM_CHARACTERS + CHECKSUM_CHARACTERS}}$`)

/** 190 random bits in letters and digits, and a checksum that tells typing errors and junk from secrets offline. */
export function newCheckedSecret(): string {
  const random = Array.from({ length: RANDOM_CHARACTERS }, () => BASE62.charAt(randomInt(62))).join('')
  return random + checksumOf(random)
}

/** Whether the text can be such a secret at all. Says nothing about whether it was ever issued. */
export function isCheckedSecret(text: string): boolean {
  if (!SHAPE.test(text)) return false
  return text.slice(RANDOM_CHARACTERS) === checksumOf(text.slice(0, RANDOM_CHARACTERS))
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

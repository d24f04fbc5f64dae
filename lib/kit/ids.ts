import { randomBytes } from 'node:crypto'

const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

export type IdPrefix = 'num' | 'ord' | 'key' | 'req' | 'evt' | 'sub' | 'due' | 'inv'

/** A sortable public id: prefix, then a ULID (48 bits of milliseconds, 80 random bits). */
export function newId(prefix: IdPrefix): string {
  return `${prefix}_${encodeTime(Date.now())}${encodeRandom()}`
}

function encodeTime(milliseconds: number): string {
  let rest = milliseconds
  let text = ''
  for (let i = 0; i < 10; i++) {
    text = CROCKFORD.charAt(rest % 32) + text
    rest = Math.floor(rest / 32)
  }
  return text
}

function encodeRandom(): string {
  return Array.from(randomBytes(16), (byte) => CROCKFORD.charAt(byte % 32)).join('')
}

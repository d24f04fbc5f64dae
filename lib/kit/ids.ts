import { randomFillSync } from 'node:crypto'

const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

export type IdPrefix =
  'num' | 'ord' | 'key' | 'req' | 'evt' | 'sub' | 'due' | 'inv' | 'act' | 'rec' | 'adj' | 'rfd'

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

const RANDOM_CHARACTERS = 16

/** Random bytes for many ids, of which each is used once: one draw costs more than everything else about an id. */
const drawn = Buffer.alloc(RANDOM_CHARACTERS * 256)
let used = drawn.length

function encodeRandom(): string {
  if (used === drawn.length) {
    randomFillSync(drawn)
    used = 0
  }
  const end = used + RANDOM_CHARACTERS
  let text = ''
  while (used < end) text += CROCKFORD.charAt(drawn.readUInt8(used++) % 32)
  return text
}

import { randomBytes, scrypt, timingSafeEqual, type ScryptOptions } from 'node:crypto'
import { z } from 'zod'

/** Length alone: rules about character classes make passwords worse. The maximum bounds what is hashed. */
export const newPasswordSchema = z
  .string('Use at least 10 characters')
  .min(10, 'Use at least 10 characters')
  .max(256, 'Use at most 256 characters')

/** OWASP's figures for scrypt at 32 MiB. They are stored with each hash, so that they can be raised later. */
const COST = { logN: 15, r: 8, p: 3 }
const KEY_BYTES = 32

/** `scrypt$15$8$3$salt$key`, both base64url. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16)
  const key = await derive(password, salt, KEY_BYTES, COST)
  return ['scrypt', COST.logN, COST.r, COST.p, salt.toString('base64url'), key.toString('base64url')].join(
    '$',
  )
}

const HASH = /^scrypt\$(\d{1,2})\$(\d{1,2})\$(\d{1,2})\$([\w-]+)\$([\w-]+)$/

/** Whether the password makes this hash. Takes as long for a hash that is no password's (`NOBODY`). */
export async function matchesPassword(password: string, hash: string): Promise<boolean> {
  const [, logN, r, p, salt, key] = HASH.exec(hash) ?? []
  if (salt === undefined || key === undefined) return false
  const expected = Buffer.from(key, 'base64url')
  const cost = { logN: Number(logN), r: Number(r), p: Number(p) }
  return timingSafeEqual(
    await derive(password, Buffer.from(salt, 'base64url'), expected.length, cost),
    expected,
  )
}

/** The hash of an unknown password: what is compared for an unknown e-mail, so that both take the same time. */
export const NOBODY = [
  'scrypt',
  COST.logN,
  COST.r,
  COST.p,
  randomBytes(16).toString('base64url'),
  randomBytes(KEY_BYTES).toString('base64url'),
].join('$')

function derive(password: string, salt: Buffer, bytes: number, cost: typeof COST): Promise<Buffer> {
  const options: ScryptOptions = { N: 2 ** cost.logN, r: cost.r, p: cost.p, maxmem: 64 * 1024 * 1024 }
  return new Promise((resolve, reject) => {
    // The same letters typed on two keyboards are one password.
    scrypt(password.normalize('NFKC'), salt, bytes, options, (error, key) => {
      if (error === null) resolve(key)
      else reject(error)
    })
  })
}

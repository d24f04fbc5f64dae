import { scryptSync } from 'node:crypto'
import { expect, test, vi } from 'vitest'
import { hashPassword, matchesPassword, newPasswordSchema, NOBODY } from './password'

// Hashing is slow on purpose, and slower still beside other suites.
vi.setConfig({ testTimeout: 30_000 })

test('a password matches its own hash and no other', async () => {
  const hash = await hashPassword('correct horse')
  expect(await matchesPassword('correct horse', hash)).toBe(true)
  expect(await matchesPassword('correct horsf', hash)).toBe(false)
  expect(await matchesPassword('', hash)).toBe(false)
})

test('the hash is salted, memory-hard and says its cost', async () => {
  const [one, two] = await Promise.all([hashPassword('correct horse'), hashPassword('correct horse')])
  expect(one).not.toBe(two)
  const [, logN, r] = /^scrypt\$(\d+)\$(\d+)\$\d+\$/.exec(one) ?? []
  expect(128 * 2 ** Number(logN) * Number(r)).toBeGreaterThanOrEqual(32 * 1024 * 1024)
})

test('a hash made at a lower cost still matches after the cost is raised', async () => {
  const older = 'scrypt$10$8$1$c29tZSBzYWx0IGhlcmUhIQ$'
  const key = scryptSync('correct horse', Buffer.from('c29tZSBzYWx0IGhlcmUhIQ', 'base64url'), 32, {
    N: 1024,
    r: 8,
    p: 1,
  })
  expect(await matchesPassword('correct horse', older + key.toString('base64url'))).toBe(true)
})

test('the same letters typed on two keyboards are one password', async () => {
  const hash = await hashPassword('caf\u00e9 corr\u00e8ct')
  expect(await matchesPassword('cafe\u0301 corre\u0300ct', hash)).toBe(true)
})

test.each(['', 'plain', 'scrypt$15$8$3$salt', '$2b$10$abcdefghijklmnopqrstuv'])(
  'nothing matches the broken hash %j',
  async (hash) => {
    expect(await matchesPassword('correct horse', hash)).toBe(false)
  },
)

test('nobody is compared at the same cost as anyone', async () => {
  const [, ...cost] = NOBODY.split('$').slice(0, 4)
  const [, ...costOfSomeone] = (await hashPassword('correct horse')).split('$').slice(0, 4)
  expect(cost).toEqual(costOfSomeone)
  expect(await matchesPassword('correct horse', NOBODY)).toBe(false)
})

test.each([
  [9, false],
  [10, true],
  [256, true],
  [257, false],
])('a new password of %i characters: accepted is %s', (length, accepted) => {
  expect(newPasswordSchema.safeParse('x'.repeat(length)).success).toBe(accepted)
})

import { expect, test, vi } from 'vitest'
import type { Foretold } from '@/lib/core/account-question'
import { writeOnce } from './told-together'

const told = (): Foretold => ({ key: 'balance', now: new Date(0), answer: {} })
const [balance, stats] = [{ path: '/balance' }, { path: '/stats' }]
const writer = () => vi.fn(() => Promise.resolve({ text: '{}', headers: {} }))

test('what was told together is written once', async () => {
  const [foretold, write] = [told(), writer()]
  const answers = await Promise.all([1, 2, 3].map(() => writeOnce(foretold, balance, 'page=1', write)))
  expect(write).toHaveBeenCalledTimes(1)
  expect(new Set(answers).size).toBe(1)
})

test.each([
  ['by another statement', told(), balance, 'page=1'],
  ['to another route', null, stats, 'page=1'],
  ['for another address', null, balance, 'page=2'],
])('what was told %s is written anew', async (_, other, route, address) => {
  const [foretold, write] = [told(), writer()]
  await writeOnce(foretold, balance, 'page=1', write)
  await writeOnce(other ?? foretold, route, address, write)
  expect(write).toHaveBeenCalledTimes(2)
})

test('a failure is that of all who were told together', async () => {
  const foretold = told()
  const fail = () => Promise.reject(new Error('no'))
  const asked = [1, 2].map(() => writeOnce(foretold, balance, '', fail))
  for (const outcome of await Promise.allSettled(asked)) expect(outcome.status).toBe('rejected')
})

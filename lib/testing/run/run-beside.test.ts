import { expect, it } from 'vitest'
import { runBeside } from './run-beside'

it('does every piece of work once, in order, and no more than so many at a time', async () => {
  const begun: number[] = []
  let running = 0
  let most = 0
  await runBeside([1, 2, 3, 4, 5], 2, async (item) => {
    begun.push(item)
    running += 1
    most = Math.max(most, running)
    await new Promise((resolve) => setImmediate(resolve))
    running -= 1
  })
  expect(begun).toEqual([1, 2, 3, 4, 5])
  expect(most).toBe(2)
  expect(running).toBe(0)
})

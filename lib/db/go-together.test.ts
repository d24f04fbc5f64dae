import { AsyncLocalStorage } from 'node:async_hooks'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { goTogether, type Outcomes } from './go-together'

type Call = Readonly<{
  items: readonly number[]
  answer: (outcomes: Outcomes<string>) => void
  fail: () => void
}>

let calls: Call[]
let ask: (key: string, item: number) => Promise<string>

beforeEach(() => {
  calls = []
  ask = goTogether(3, (items: readonly number[]) => {
    return new Promise<Outcomes<string>>((answer, reject) => {
      calls.push({ items, answer, fail: () => reject(new Error('gone')) })
    })
  })
})
afterEach(() => vi.useRealTimers())

const carried = () => calls.map(({ items }) => items)
const answerAll = (call: number) => calls[call]?.answer(calls[call].items.map(String))

describe('items of one key', () => {
  it('go at once and alone in a quiet moment, and together when they come meanwhile', async () => {
    const asked = [ask('a', 1), ask('a', 2), ask('a', 3)]
    expect(carried()).toEqual([[1]])
    answerAll(0)
    expect(await asked[0]).toBe('1')
    await vi.waitFor(() => expect(carried()).toEqual([[1], [2, 3]]))
    answerAll(1)
    expect(await Promise.all(asked)).toEqual(['1', '2', '3'])
  })

  it('never join a call that began before they came', async () => {
    const first = ask('a', 1)
    const second = ask('a', 2)
    answerAll(0)
    await first
    await vi.waitFor(() => expect(calls).toHaveLength(2))
    const third = ask('a', 3)
    expect(carried()).toEqual([[1], [2]])
    answerAll(1)
    await second
    await vi.waitFor(() => expect(calls).toHaveLength(3))
    answerAll(2)
    expect(await third).toBe('3')
  })

  it('are no more in a call than it may carry', async () => {
    const asked = [1, 2, 3, 4, 5].map((item) => ask('a', item))
    for (let call = 0; call < 3; call++) {
      await vi.waitFor(() => expect(calls).toHaveLength(call + 1))
      answerAll(call)
    }
    await Promise.all(asked)
    expect(carried()).toEqual([[1], [2, 3, 4], [5]])
  })

  it('wait for a slow call no longer than for a while', async () => {
    vi.useFakeTimers()
    const asked = [ask('a', 1), ask('a', 2)]
    await vi.advanceTimersByTimeAsync(49)
    expect(carried()).toEqual([[1]])
    await vi.advanceTimersByTimeAsync(1)
    expect(carried()).toEqual([[1], [2]])
    answerAll(1)
    expect(await asked[1]).toBe('2')
    answerAll(0)
    expect(await asked[0]).toBe('1')
    void ask('a', 3)
    expect(carried()).toEqual([[1], [2], [3]])
  })

  it('each have their own outcome, and are all refused with a call that fails', async () => {
    const first = ask('a', 1)
    const [second, third] = [ask('a', 2), ask('a', 3)]
    calls[0]?.fail()
    await expect(first).rejects.toThrow('gone')
    await vi.waitFor(() => expect(calls).toHaveLength(2))
    calls[1]?.answer(['2', new Error('refused')])
    expect(await second).toBe('2')
    await expect(third).rejects.toThrow('refused')
  })

  it('are told where an answer is missing', async () => {
    const first = ask('a', 1)
    calls[0]?.answer([])
    await expect(first).rejects.toThrow('Fewer answers')
  })
})

it('what a call keeps is there for the next of its key, until a quiet moment', async () => {
  const found: (number | undefined)[] = []
  const count = goTogether(1, async (_: readonly string[], kept: { calls?: number }) => {
    found.push(kept.calls)
    kept.calls = (kept.calls ?? 0) + 1
    return [0]
  })
  await Promise.all([count('a', 'x'), count('a', 'y'), count('b', 'z')])
  await new Promise(setImmediate)
  await count('a', 'x')
  expect(found).toEqual([undefined, undefined, 1, undefined])
})

it('a call knows nothing of the request that happened to begin it', async () => {
  const request = new AsyncLocalStorage<string>()
  const seen: unknown[] = []
  const look = goTogether(1, async (_: readonly string[]) => {
    seen.push(request.getStore())
    return [0]
  })
  await request.run('first', () => Promise.all([look('a', 'x'), look('a', 'y')]))
  expect(seen).toEqual([undefined, undefined])
})

it('items of other keys wait for nobody', () => {
  void ask('a', 1)
  void ask('b', 2)
  expect(carried()).toEqual([[1], [2]])
})

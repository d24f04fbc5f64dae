import { AsyncLocalStorage } from 'node:async_hooks'

/** A call is nobody's own: it must not go on in what the framework keeps for the request that happened to begin it. */
const outside = AsyncLocalStorage.snapshot()

/** A call that takes longer holds up nobody: whoever waited behind it goes ahead in a call of their own. */
const PATIENCE_MS = 50

type Waiter<Item, Answer> = Readonly<{
  item: Item
  resolve: (answer: Answer) => void
  reject: (error: unknown) => void
}>

type Queue<Item, Answer, Kept> = { waiting: Waiter<Item, Answer>[]; isAway: boolean; kept: Partial<Kept> }

/** What became of each item, in their order; an Error is what it is refused with. */
export type Outcomes<Answer> = readonly (Answer | Error)[]

/**
 * Lets items of one key that come while a call is on its way wait, and go together in the next one: the busier it is, the
 * less each costs. The first of a quiet moment goes at once and alone. A call begins after all that it carries have come,
 * so that it sees whatever was done before. One that throws refuses all that it carries. What it writes down in `kept` the
 * next call of the same key finds, for as long as one follows on the other.
 */
export function goTogether<Item, Answer, Kept extends object = object>(
  togetherMax: number,
  call: (items: readonly Item[], kept: Partial<Kept>) => Promise<Outcomes<Answer>>,
): (key: string, item: Item) => Promise<Answer> {
  const queues = new Map<string, Queue<Item, Answer, Kept>>()

  function send(key: string, queue: Queue<Item, Answer, Kept>): void {
    const together = queue.waiting.splice(0, togetherMax)
    if (together.length === 0) {
      queues.delete(key)
      return
    }
    queue.isAway = true
    let isOver = false
    const goOn = (): void => {
      if (isOver) return
      isOver = true
      queue.isAway = false
      send(key, queue)
    }
    const timer = setTimeout(goOn, PATIENCE_MS)
    void tell(together, (items) => outside(() => call(items, queue.kept))).finally(() => {
      clearTimeout(timer)
      goOn()
    })
  }

  return (key, item) => {
    const queue: Queue<Item, Answer, Kept> = queues.get(key) ?? { waiting: [], isAway: false, kept: {} }
    queues.set(key, queue)
    return new Promise((resolve, reject) => {
      queue.waiting.push({ item, resolve, reject })
      if (!queue.isAway) send(key, queue)
    })
  }
}

/** Never rejects: every waiter is told. */
async function tell<Item, Answer>(
  waiters: readonly Waiter<Item, Answer>[],
  call: (items: readonly Item[]) => Promise<Outcomes<Answer>>,
): Promise<void> {
  try {
    const outcomes = await call(waiters.map(({ item }) => item))
    for (const [index, { resolve, reject }] of waiters.entries()) {
      const outcome = outcomes[index]
      if (outcome === undefined) reject(new Error('Fewer answers came than were asked for.'))
      else if (outcome instanceof Error) reject(outcome)
      else resolve(outcome)
    }
  } catch (error) {
    for (const { reject } of waiters) reject(error)
  }
}

import type { Database } from '@/lib/db/client'
import { BillingError } from '@/lib/kit/errors'
import type { InboxEvent } from './parse-event'
import { storeEvents } from './store-events'

/** A call that takes longer than this holds up nobody: whoever waited behind it goes ahead in a call of its own. */
const PATIENCE_MS = 50
const TOGETHER_MAX = 50

type Waiter = Readonly<{
  event: InboxEvent
  deadline: number
  resolve: (isNew: boolean) => void
  reject: (error: unknown) => void
}>
type Queue = { waiting: Waiter[]; isBusy: boolean }

const queues = new WeakMap<Database, Queue>()

/**
 * Puts one delivery into the inbox; resolves once its row is committed. Deliveries that arrive while a call is on its
 * way go together in the next one: the busier it is, the less each costs. @returns whether the event was new
 * @throws BillingError `database_unavailable` after `budgetMs`, counted from now
 */
export function storeDelivery(db: Database, event: InboxEvent, budgetMs: number): Promise<boolean> {
  const queue = queues.get(db) ?? { waiting: [], isBusy: false }
  queues.set(db, queue)
  return new Promise((resolve, reject) => {
    queue.waiting.push({ event, deadline: Date.now() + budgetMs, resolve, reject })
    if (!queue.isBusy) send(db, queue)
  })
}

function send(db: Database, queue: Queue): void {
  const together = queue.waiting.splice(0, TOGETHER_MAX)
  if (together.length === 0) return
  queue.isBusy = true
  let isOver = false
  const goOn = (): void => {
    if (isOver) return
    isOver = true
    queue.isBusy = false
    send(db, queue)
  }
  const timer = setTimeout(goOn, PATIENCE_MS)
  void store(db, together).finally(() => {
    clearTimeout(timer)
    goOn()
  })
}

/** Never rejects: every waiter is told. The first in the queue has waited longest, so its time is that of all. */
async function store(db: Database, together: readonly Waiter[]): Promise<void> {
  const budgetMs = Math.min(...together.map((waiter) => waiter.deadline)) - Date.now()
  try {
    const fresh = new Set(
      await storeEvents(
        db,
        'webhook',
        together.map((waiter) => waiter.event),
        budgetMs,
      ),
    )
    // Of two copies in one call, one is new.
    for (const { event, resolve } of together) resolve(fresh.delete(event.id))
  } catch (error) {
    const isTheirs = together.length > 1 && !(error instanceof BillingError)
    // One that the database refuses must not take the others with it.
    if (isTheirs) await Promise.all(together.map((waiter) => store(db, [waiter])))
    else for (const waiter of together) waiter.reject(error)
  }
}

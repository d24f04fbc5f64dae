import type { Database } from '@/lib/db/client'
import { goTogether, type Outcomes } from '@/lib/db/go-together'
import { BillingError } from '@/lib/kit/errors'
import type { InboxEvent } from './parse-event'
import { storeEvents } from './store-events'

const TOGETHER_MAX = 50

type Delivery = Readonly<{ event: InboxEvent; deadline: number }>
type Intake = (inbox: 'inbox', delivery: Delivery) => Promise<boolean>

const intakes = new WeakMap<Database, Intake>()

/**
 * Puts one delivery into the inbox; resolves once its row is committed. Deliveries that arrive while a call is on its
 * way go together in the next one. @returns whether the event was new
 * @throws BillingError `database_unavailable` after `budgetMs`, counted from now
 */
export function storeDelivery(db: Database, event: InboxEvent, budgetMs: number): Promise<boolean> {
  const intake = intakes.get(db) ?? goTogether(TOGETHER_MAX, (deliveries) => store(db, deliveries))
  intakes.set(db, intake)
  return intake('inbox', { event, deadline: Date.now() + budgetMs })
}

/** The first in the queue has waited longest, so its time is that of all. */
async function store(db: Database, deliveries: readonly Delivery[]): Promise<Outcomes<boolean>> {
  const budgetMs = Math.min(...deliveries.map(({ deadline }) => deadline)) - Date.now()
  const events = deliveries.map(({ event }) => event)
  try {
    const fresh = new Set(await storeEvents(db, 'webhook', events, budgetMs))
    // Of two copies in one call, one is new.
    return events.map(({ id }) => fresh.delete(id))
  } catch (error) {
    if (deliveries.length === 1 || error instanceof BillingError) throw error
    // One that the database refuses must not take the others with it.
    const alone = await Promise.allSettled(deliveries.map((delivery) => store(db, [delivery])))
    return alone.map((outcome) =>
      outcome.status === 'rejected'
        ? asError(outcome.reason)
        : (outcome.value[0] ?? new Error('Not stored.')),
    )
  }
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason))
}

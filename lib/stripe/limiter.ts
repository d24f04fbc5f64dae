import { providerUnavailable } from './map-error'

export type CallPriority = 'purchase' | 'read'

/** Asks the shared budget for up to `wanted` calls to an endpoint now; `waitMs` is when to ask again for the rest. */
export type ClaimCalls = (
  endpoint: string,
  wanted: number,
  priority: CallPriority,
) => Promise<Readonly<{ granted: number; waitMs: number }>>

export type Limiter = {
  /** Resolves when one call to the endpoint may be made. @throws BillingError `payment_provider_unavailable` */
  acquire(endpoint: string, priority: CallPriority): Promise<void>
}

type Waiter = Readonly<{ deadline: number; admit: () => void; refuse: (error: unknown) => void }>
type Queue = { purchase: Waiter[]; read: Waiter[]; running: boolean }

const WAIT_STEP_MS_MIN = 10

/**
 * Every call to Stripe passes here. The budget is in the database, shared by all instances and the worker; this process
 * asks it once for all callers that wait for the same endpoint, purchases first. Nobody waits longer than `waitMsMax`.
 */
export function createLimiter(claim: ClaimCalls, waitMsMax: Readonly<Record<CallPriority, number>>): Limiter {
  const queues = new Map<string, Queue>()
  return {
    acquire: (endpoint, priority) =>
      new Promise((admit, refuse) => {
        const queue = queues.get(endpoint) ?? { purchase: [], read: [], running: false }
        queues.set(endpoint, queue)
        queue[priority].push({ deadline: Date.now() + waitMsMax[priority], admit, refuse })
        if (!queue.running) void serve(endpoint, queue, claim)
      }),
  }
}

/** Serves a queue until it is empty. Runs once a queue; whoever joins meanwhile is served by the same run. */
async function serve(endpoint: string, queue: Queue, claim: ClaimCalls): Promise<void> {
  queue.running = true
  try {
    while (queue.purchase.length + queue.read.length > 0) {
      const waitMs = Math.max(
        await serveOnce(endpoint, queue, 'purchase', claim),
        await serveOnce(endpoint, queue, 'read', claim),
      )
      refuseOverdue(queue, waitMs)
      if (waitMs > 0) await pause(Math.max(waitMs, WAIT_STEP_MS_MIN) * (1 + Math.random() / 4))
    }
  } catch (error) {
    for (const waiter of drain(queue)) waiter.refuse(error)
  } finally {
    queue.running = false
  }
}

/** Admits as many as the budget grants. Returns the milliseconds to wait for the rest, 0 when none is left. */
async function serveOnce(
  endpoint: string,
  queue: Queue,
  priority: CallPriority,
  claim: ClaimCalls,
): Promise<number> {
  const wanted = queue[priority].length
  if (wanted === 0) return 0
  const { granted, waitMs } = await claim(endpoint, wanted, priority)
  for (const waiter of queue[priority].splice(0, granted)) waiter.admit()
  return granted < wanted ? Math.max(waitMs, WAIT_STEP_MS_MIN) : 0
}

/** Whoever would have to wait beyond their deadline is told now rather than at the deadline. */
function refuseOverdue(queue: Queue, waitMs: number): void {
  const next = Date.now() + waitMs
  for (const priority of ['purchase', 'read'] as const) {
    const [inTime, overdue] = partition(queue[priority], (waiter) => waiter.deadline >= next)
    queue[priority] = inTime
    for (const waiter of overdue) {
      waiter.refuse(providerUnavailable('call budget exhausted', { retryAfterSeconds: 1 }))
    }
  }
}

function drain(queue: Queue): Waiter[] {
  return [...queue.purchase.splice(0), ...queue.read.splice(0)]
}

function partition<T>(items: readonly T[], test: (item: T) => boolean): [T[], T[]] {
  return [items.filter(test), items.filter((item) => !test(item))]
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}

import type { Faults } from '../control/faults'
import { shuffled } from '../random'
import { isRecord } from '../is-record'
import type { Sql } from '../store/store'
import { reportFailure } from '../report-failure'
import type { CommittedDelivery } from '../store/unit'
import { closeConnections, postEvent, type PostResult } from './post-event'
import { signatureHeader } from './sign'

type Waiting = {
  readonly id: string
  readonly eventId: string
  readonly endpointId: string
  attempts: number
}
type Target = Readonly<{ url: string; secret: string; body: Record<string, unknown>; unfinished: number }>

const CONCURRENT = 32
const ATTEMPTS = 16
/** Deliveries leave a little after the answer, spread over this many milliseconds, so that no order can be relied on. */
const SPREAD_MS = 25

/**
 * Sends events to webhook endpoints: signed anew at every attempt, retried with growing pauses, remembered in the
 * database until they have been accepted. A pause is real time; `retryBaseMs` is the first.
 */
export class DeliveryWorker {
  readonly #waiting = new Map<string, Waiting>()
  readonly #timers = new Map<string, NodeJS.Timeout>()
  readonly #ready: Waiting[] = []
  readonly #inOrder = new Map<string, Promise<void>>()
  #running = 0
  /** Deliveries that are committed but not scheduled yet. */
  #entering = 0
  #stopped = false
  #idle: (() => void)[] = []

  constructor(
    private readonly sql: Sql,
    private readonly faults: Faults,
    private readonly retryBaseMs: number,
  ) {}

  /** Takes up what an earlier run of the program left. */
  async resume(): Promise<void> {
    const rows = await this.sql<
      { id: string; event_id: string; endpoint_id: string; attempts: number; wait: number }[]
    >`
      select id::text, event_id, endpoint_id, attempts,
             greatest(0, extract(epoch from next_attempt_at - clock_timestamp()) * 1000)::float8 as wait
        from sandbox.deliveries where state = 'waiting' order by id`
    for (const row of rows) {
      this.#schedule(
        { id: row.id, eventId: row.event_id, endpointId: row.endpoint_id, attempts: row.attempts },
        row.wait,
      )
    }
  }

  /** Deliveries that will be enqueued once their request has been answered; `flush` waits for them. */
  announce(): void {
    this.#entering += 1
  }

  /** The ones announced. */
  enqueueAnnounced(deliveries: readonly CommittedDelivery[]): void {
    this.enqueue(deliveries)
    this.#entering -= 1
    this.#tellIdle()
  }

  /** New deliveries, whose request has been answered. */
  enqueue(deliveries: readonly CommittedDelivery[]): void {
    const { shuffle } = this.faults.plan.webhooks
    const order = shuffle ? shuffled(deliveries, this.faults.random) : deliveries
    for (const { id, eventId, endpointId } of order) {
      this.#entering += 1
      void this.#begin({ id, eventId, endpointId, attempts: 0 })
        .catch((error: unknown) => reportFailure(`delivery ${id} could not be begun`, error))
        .finally(() => {
          this.#entering -= 1
          this.#tellIdle()
        })
    }
  }

  async #begin(delivery: Waiting): Promise<void> {
    const { drop, delayMs, shuffle } = this.faults.plan.webhooks
    if (this.faults.chance(drop)) {
      await this
        .sql`update sandbox.deliveries set state = 'dropped', next_attempt_at = null where id = ${delivery.id}`
      return
    }
    const spread = shuffle ? this.faults.random() * SPREAD_MS : 0
    this.#schedule(delivery, delayMs.min + this.faults.random() * (delayMs.max - delayMs.min) + spread)
  }

  /** Makes everything that waits due now, and returns once each has had an attempt. */
  async flush(): Promise<void> {
    await this.#becomesIdle()
    this.hurry()
    await this.#becomesIdle()
  }

  /** Makes everything that waits due now: hours have passed on the emulated clock. */
  hurry(): void {
    for (const [id, timer] of this.#timers) {
      clearTimeout(timer)
      this.#timers.delete(id)
      const delivery = this.#waiting.get(id)
      if (delivery !== undefined) this.#makeReady(delivery)
    }
  }

  /** Forgets everything without touching the database. */
  clear(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer)
    this.#timers.clear()
    this.#waiting.clear()
    this.#ready.length = 0
  }

  stop(): void {
    this.#stopped = true
    this.clear()
    closeConnections()
  }

  #schedule(delivery: Waiting, waitMs: number): void {
    if (this.#stopped) return
    this.#waiting.set(delivery.id, delivery)
    const timer = setTimeout(() => {
      this.#timers.delete(delivery.id)
      this.#makeReady(delivery)
    }, waitMs)
    this.#timers.set(delivery.id, timer)
  }

  #makeReady(delivery: Waiting): void {
    this.#ready.push(delivery)
    this.#pump()
  }

  #pump(): void {
    while (this.#running < CONCURRENT) {
      const delivery = this.#ready.shift()
      if (delivery === undefined) break
      this.#running += 1
      void this.#take(delivery)
        .catch((error: unknown) => {
          if (!this.#stopped) reportFailure(`delivery ${delivery.id} could not be tried`, error)
        })
        .finally(() => {
          this.#running -= 1
          this.#pump()
          this.#tellIdle()
        })
    }
  }

  #isIdle(): boolean {
    return this.#entering === 0 && this.#running === 0 && this.#ready.length === 0
  }

  async #becomesIdle(): Promise<void> {
    if (!this.#isIdle()) await new Promise<void>((resolve) => this.#idle.push(resolve))
  }

  #tellIdle(): void {
    if (!this.#isIdle()) return
    for (const resolve of this.#idle.splice(0)) resolve()
  }

  /** Without shuffling, the deliveries of one endpoint leave one after the other. */
  async #take(delivery: Waiting): Promise<void> {
    if (this.faults.plan.webhooks.shuffle) return this.#attempt(delivery)
    const before = this.#inOrder.get(delivery.endpointId) ?? Promise.resolve()
    const own = before.then(() => this.#attempt(delivery))
    this.#inOrder.set(
      delivery.endpointId,
      own.catch(() => {}),
    )
    await own
  }

  async #attempt(delivery: Waiting): Promise<void> {
    const target = await this.#target(delivery)
    if (!this.#waiting.has(delivery.id)) return
    if (target === null)
      return this.#finish(delivery, 'failed', { status: null, error: 'endpoint gone or disabled' })
    const result = await this.#post(target)
    delivery.attempts += 1
    if (result.status !== null && result.status >= 200 && result.status < 300) {
      return this.#finish(delivery, 'delivered', result)
    }
    if (delivery.attempts >= ATTEMPTS) return this.#finish(delivery, 'failed', result)
    const waitMs = Math.min(this.retryBaseMs * 2 ** (delivery.attempts - 1), 60_000)
    await this.sql`
      update sandbox.deliveries
         set attempts = ${delivery.attempts}, last_status = ${result.status}, last_error = ${result.error},
             next_attempt_at = clock_timestamp() + ${waitMs} * interval '1 millisecond'
       where id = ${delivery.id}`
    this.#schedule(delivery, waitMs)
  }

  async #post(target: Target): Promise<PostResult> {
    const { duplicate, copiesMax, staleSignature, wrongLivemode } = this.faults.plan.webhooks
    const event = { ...target.body, pending_webhooks: target.unfinished }
    const body = JSON.stringify(
      this.faults.chance(wrongLivemode) ? { ...event, livemode: true } : event,
      null,
      2,
    )
    // Signatures are checked against real time, whatever the emulated clock says.
    const sentAt = Math.floor(Date.now() / 1000) - (this.faults.chance(staleSignature) ? 3600 : 0)
    const signature = signatureHeader(body, target.secret, sentAt)
    const copies = this.faults.chance(duplicate) ? 1 + Math.floor(this.faults.random() * copiesMax) : 0
    const results = await Promise.all(
      Array.from({ length: 1 + copies }, () => postEvent(target.url, body, signature)),
    )
    return results[0] ?? { status: null, error: null }
  }

  async #target({ eventId, endpointId }: Waiting): Promise<Target | null> {
    const [row] = await this.sql<{ body: unknown; url: string; secret: string; unfinished: number }[]>`
      select e.body, o.body->>'url' as url, o.hidden->>'secret' as secret,
             (select count(*)::int from sandbox.deliveries d where d.event_id = e.id and d.state <> 'delivered') as unfinished
        from sandbox.events e, sandbox.objects o
       where e.id = ${eventId} and o.id = ${endpointId} and not o.deleted and o.body->>'status' = 'enabled'`
    return row !== undefined && isRecord(row.body) ? { ...row, body: row.body } : null
  }

  async #finish(delivery: Waiting, state: 'delivered' | 'failed', result: PostResult): Promise<void> {
    this.#waiting.delete(delivery.id)
    await this.sql`
      update sandbox.deliveries
         set state = ${state}, attempts = ${delivery.attempts}, next_attempt_at = null,
             last_status = ${result.status}, last_error = ${result.error}
       where id = ${delivery.id}`
  }
}

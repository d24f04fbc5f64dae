import { openDatabase } from '@/lib/db/client'
import { INBOX_CHANNEL } from '@/lib/webhooks/store-events'
import { claimEvents, extendLeases, returnEvents } from '@/lib/webhooks/claim-events'
import type { Container } from '@/lib/server/container'
import { runEvents } from './run-events'
import { createWakeSignal, type WakeSignal } from './wake-signal'

/** Events in work at once. Twice that are never held: a new claim waits until half of the hands are free. */
const CONCURRENCY = 48
/** Also how late an event is that was put off, or whose wake-up was lost. */
const POLL_MS = 1_000
/** After a wake-up: events come in bursts, and what is taken together costs fewer calls. */
const GATHER_MS = 20

export type Lane = Readonly<{
  /** Keeps what is in work from being taken by others. */
  beat(): Promise<void>
  /** Takes nothing new, waits for what is in work as long as it is given, and hands the rest back. */
  stop(graceMs: number): Promise<void>
}>

/** Works off the inbox until stopped: woken by NOTIFY, and by a clock in case that is lost. */
export function startInboxLane(container: Container): Lane {
  const db = container.databases.app
  const signal = createWakeSignal()
  const inWork = new Set<string>()
  const state = { stopping: false }
  const listening = listen(container, signal)

  const take = async (): Promise<number> => {
    const free = CONCURRENCY - inWork.size
    if (free < CONCURRENCY / 2) return 0
    const events = await claimEvents(db, free)
    for (const event of events) inWork.add(event.id)
    void runEvents(container, events, (ids) => {
      for (const id of ids) inWork.delete(id)
      if (inWork.size <= CONCURRENCY / 2) signal.wake()
    })
    return events.length
  }
  const loop = async (): Promise<void> => {
    while (!state.stopping) {
      const taken = await take().catch((error: unknown) => {
        container.log.error({ err: error }, 'the inbox cannot be read')
        return 0
      })
      if (taken > 0) continue
      await signal.sleep(POLL_MS)
      await after(GATHER_MS)
    }
  }
  const looping = loop()
  return {
    beat: () => extendLeases(db, [...inWork]),
    stop: async (graceMs) => {
      state.stopping = true
      signal.wake()
      await looping
      const deadline = Date.now() + graceMs
      while (inWork.size > 0 && Date.now() < deadline) await signal.sleep(20)
      await returnEvents(db, [...inWork])
      await listening.stop()
    },
  }
}

/**
 * LISTEN has a connection of its own, which the driver opens again when it is lost. It belongs to no pool that others
 * use: such a pool is replaced when a call goes unanswered, and its listener would go with it.
 */
function listen(container: Container, signal: WakeSignal): Readonly<{ stop(): Promise<void> }> {
  const wake = (): void => signal.wake()
  const { sql, close } = openDatabase(container.env.DATABASE_URL, {
    poolSize: 1,
    applicationName: 'talktime-listen',
  })
  const request = sql.listen(INBOX_CHANNEL, wake, wake)
  request.catch((error: unknown) => {
    container.log.warn({ err: error }, 'no wake-ups from the database: the inbox is polled instead')
  })
  return {
    stop: async () => {
      await Promise.race([close().catch(() => {}), after(1_000)])
    },
  }
}

function after(milliseconds: number): Promise<null> {
  return new Promise((resolve) => setTimeout(() => resolve(null), milliseconds))
}

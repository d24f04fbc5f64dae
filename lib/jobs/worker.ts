import { randomUUID } from 'node:crypto'
import { callDatabase } from '@/lib/db/call'
import type { Container } from '@/lib/server/container'
import { startInboxLane } from './inbox-lane'
import { startJobLane } from './job-lane'

/** Leases last three beats, so that one lost beat costs nothing. */
const BEAT_MS = 5_000
/** After SIGTERM: what is in work gets this long, then it is handed back. */
const DRAIN_MS = 8_000

export type Worker = Readonly<{ id: string; stop(): Promise<void> }>

/**
 * The background half of the product: works off the inbox and runs the recurring jobs. Any number may run side by
 * side. What one held when it was killed is taken up by another within 20 seconds.
 */
export function startWorker(container: Container): Worker {
  const id = randomUUID()
  const startedAt = new Date()
  const lanes = [startInboxLane(container), startJobLane(container)]
  const beat = async (): Promise<void> => {
    await Promise.all([writeBeat(container, id, startedAt), ...lanes.map((lane) => lane.beat())])
  }
  const beatSafely = (): void => {
    beat().catch((error: unknown) => container.log.error({ err: error }, 'the worker has no heartbeat'))
  }
  const timer = setInterval(beatSafely, BEAT_MS)
  beatSafely()
  container.log.info({ workerId: id }, 'worker started')
  return {
    id,
    stop: async () => {
      await Promise.all(lanes.map((lane) => lane.stop(DRAIN_MS)))
      clearInterval(timer)
      await eraseBeat(container, id).catch(() => {})
      container.log.info({ workerId: id }, 'worker stopped')
    },
  }
}

async function writeBeat({ databases }: Container, id: string, startedAt: Date): Promise<void> {
  await callDatabase(
    databases.app,
    (sql) => sql`
      insert into worker_heartbeat (worker_id, started_at, beat_at)
      values (${id}, ${startedAt}, clock_timestamp())
      on conflict (worker_id) do update set beat_at = excluded.beat_at`,
  )
}

async function eraseBeat({ databases }: Container, id: string): Promise<void> {
  await callDatabase(databases.app, (sql) => sql`delete from worker_heartbeat where worker_id = ${id}`, 1_000)
}

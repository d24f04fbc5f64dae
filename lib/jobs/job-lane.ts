import type { Container } from '@/lib/server/container'
import { claimJob, extendJobLeases, scheduleJobs } from './claim-job'
import type { Lane } from './inbox-lane'
import type { JobName } from './recurring-jobs'
import { runJob } from './run-job'
import { createWakeSignal } from './wake-signal'

const POLL_MS = 1_000

/** Runs recurring jobs as they come due, each beside the others, until stopped. */
export function startJobLane(container: Container): Lane {
  const db = container.databases.app
  const signal = createWakeSignal()
  const inWork = new Map<JobName, Promise<void>>()
  const state = { stopping: false, scheduled: false }

  const take = async (): Promise<boolean> => {
    if (!state.scheduled) await scheduleJobs(db)
    state.scheduled = true
    const name = await claimJob(db)
    if (name === null) return false
    // A run that hung may still be there: its end must not hide that of the one that took its place.
    const run: Promise<void> = runJob(container, name).finally(() => {
      if (inWork.get(name) === run) inWork.delete(name)
    })
    inWork.set(name, run)
    return true
  }
  const loop = async (): Promise<void> => {
    while (!state.stopping) {
      const taken = await take().catch((error: unknown) => {
        container.log.error({ err: error }, 'the schedule cannot be read')
        return false
      })
      if (!taken) await signal.sleep(POLL_MS)
    }
  }
  const looping = loop()
  return {
    beat: () => extendJobLeases(db, [...inWork.keys()]),
    stop: async (graceMs) => {
      state.stopping = true
      signal.wake()
      await looping
      // What does not end in time is cut off by the end of the process, and taken up when its lease is over.
      await Promise.race([Promise.all(inWork.values()), createWakeSignal().sleep(graceMs)])
    },
  }
}

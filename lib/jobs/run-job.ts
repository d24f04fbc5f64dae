import type { Container } from '@/lib/server/container'
import { finishJob } from './claim-job'
import { RECURRING_JOBS, type JobName } from './recurring-jobs'

/** Runs one recurring job and writes down how it went. Never throws: a failure is logged and tried again. */
export async function runJob(container: Container, name: JobName): Promise<void> {
  const startedAt = performance.now()
  let failure: string | null = null
  try {
    const found = await RECURRING_JOBS[name].run(container)
    container.log.info({ job: name, ms: Math.round(performance.now() - startedAt), ...found }, 'job done')
  } catch (error) {
    failure = error instanceof Error ? error.message.slice(0, 500) : String(error)
    container.log.error({ job: name, err: error }, 'job failed')
  }
  await finishJob(container.databases.app, name, failure).catch((error: unknown) => {
    container.log.error(
      { job: name, err: error },
      'the end of a job could not be written: its lease brings it back',
    )
  })
}

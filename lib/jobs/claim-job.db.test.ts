import { beforeEach, describe, expect, it } from 'vitest'
import { useTestDatabase } from '@/lib/testing/use-test-database'
import { claimJob, extendJobLeases, finishJob, scheduleJobs } from './claim-job'
import { JOB_NAMES, RECURRING_JOBS } from './recurring-jobs'

const database = useTestDatabase()

beforeEach(async () => {
  await database.db.sql`delete from recurring_job`
  await scheduleJobs(database.db)
})

async function claimAll(): Promise<readonly string[]> {
  const names: string[] = []
  for (;;) {
    const name = await claimJob(database.db)
    if (name === null) return names.sort()
    names.push(name)
  }
}

const due = () => database.db.sql`update recurring_job set due_at = clock_timestamp()`
const row = async (name: string) =>
  (
    await database.db.sql<{ seconds: number; failures: number; error: string | null; succeeded: boolean }[]>`
    select extract(epoch from due_at - clock_timestamp())::float8 as seconds, failures, error,
           succeeded_at is not null as succeeded
      from recurring_job where name = ${name}`
  )[0]

describe('recurring jobs', () => {
  it('run at the start of a worker where they say so, the others a round later', async () => {
    expect(await claimAll()).toEqual(JOB_NAMES.filter((name) => RECURRING_JOBS[name].atStart).sort())
  })

  it('are each claimed by one worker, however many ask at once', async () => {
    await due()
    const claimed = await Promise.all(Array.from({ length: 20 }, () => claimJob(database.db)))
    // A row that another is about to take is passed over, so one round may leave some; two never take the same.
    const names = [...claimed, ...(await claimAll())].filter((name) => name !== null)
    expect(names.sort()).toEqual([...JOB_NAMES].sort())
  })

  it('come round after their time, and sooner after a failure', async () => {
    await due()
    await claimAll()
    await finishJob(database.db, 'clean-up', null)
    expect(await row('clean-up')).toMatchObject({ failures: 0, error: null, succeeded: true })
    expect((await row('clean-up'))?.seconds).toBeGreaterThan(3_500)
    await finishJob(database.db, 'clean-up', 'broken')
    expect(await row('clean-up')).toMatchObject({ failures: 1, error: 'broken' })
    expect((await row('clean-up'))?.seconds).toBeLessThan(10)
    await finishJob(database.db, 'clean-up', null)
    expect(await row('clean-up')).toMatchObject({ failures: 0, error: null })
  })

  it('are taken up again when the lease of a dead worker is over, and not while it is extended', async () => {
    await database.db.sql`update recurring_job set due_at = clock_timestamp() where name = 'clean-up'`
    await claimAll()
    await database.db.sql`update recurring_job set due_at = clock_timestamp() where name = 'clean-up'`
    await extendJobLeases(database.db, ['clean-up'])
    expect(await claimAll()).toEqual([])
    await database.db.sql`update recurring_job set due_at = clock_timestamp() where name = 'clean-up'`
    expect(await claimAll()).toEqual(['clean-up'])
  })

  it('are taken from a worker that hangs on to one for too long', async () => {
    await database.db.sql`
      update recurring_job set due_at = clock_timestamp(), started_at = clock_timestamp() - interval '21 minutes'
       where name = 'clean-up'`
    await extendJobLeases(database.db, ['clean-up'])
    expect(await claimAll()).toContain('clean-up')
  })

  it('are not put off by another worker that starts', async () => {
    await database.db
      .sql`update recurring_job set due_at = clock_timestamp() + interval '10 seconds' where name = 'clean-up'`
    await scheduleJobs(database.db)
    expect((await row('clean-up'))?.seconds).toBeLessThan(11)
  })
})

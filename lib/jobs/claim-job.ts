import { callDatabase } from '@/lib/db/call'
import type { Database } from '@/lib/db/client'
import { JOB_NAMES, RECURRING_JOBS, isJobName, type JobName } from './recurring-jobs'

/** As for events: what a killed worker was at is taken up after this. */
const LEASE_SECONDS = 15

/** A run that takes longer than this hangs: its lease is no longer extended, and another worker takes the job up. */
const RUN_SECONDS_MAX = 20 * 60

/** Makes a row for every job there is. Those that run at the start of a worker are due now, the others in one round. */
export async function scheduleJobs(db: Database): Promise<void> {
  const jobs = JOB_NAMES.map((name) => ({ name, ...RECURRING_JOBS[name] }))
  await callDatabase(
    db,
    (sql) => sql`
      insert into recurring_job as job (name, due_at)
      select name, clock_timestamp() + make_interval(secs => case when at_start::boolean then 0 else every_seconds end)
        from unnest(${jobs.map((job) => job.name)}::text[], ${jobs.map((job) => String(job.atStart))}::text[],
                    ${jobs.map((job) => job.everySeconds)}::int[]) as given (name, at_start, every_seconds)
      on conflict (name) do update set due_at = least(job.due_at, excluded.due_at)`,
  )
}

/** Takes the job that has been due longest, or none. No two workers get the same one while its lease lasts. */
export async function claimJob(db: Database): Promise<JobName | null> {
  const [claimed] = await callDatabase(
    db,
    (sql) => sql<{ name: string }[]>`
      update recurring_job
         set due_at = clock_timestamp() + make_interval(secs => ${LEASE_SECONDS}), started_at = clock_timestamp()
       where name = (select name from recurring_job
                      where due_at <= clock_timestamp() and name = any (${[...JOB_NAMES]})
                      order by due_at limit 1 for update skip locked)
      returning name`,
  )
  return claimed !== undefined && isJobName(claimed.name) ? claimed.name : null
}

/** Keeps jobs that are still being run, unless they have been for too long. */
export async function extendJobLeases(db: Database, names: readonly JobName[]): Promise<void> {
  if (names.length === 0) return
  await callDatabase(
    db,
    (sql) => sql`
      update recurring_job set due_at = clock_timestamp() + make_interval(secs => ${LEASE_SECONDS})
       where name = any (${[...names]})
         and started_at > clock_timestamp() - make_interval(secs => ${RUN_SECONDS_MAX})`,
  )
}

/** Ends a run: the next is due one round from now, or sooner after a failure. */
export async function finishJob(db: Database, name: JobName, error: string | null): Promise<void> {
  const { everySeconds } = RECURRING_JOBS[name]
  await callDatabase(
    db,
    (sql) => sql`
      update recurring_job
         set failures = case when ${error}::text is null then 0 else failures + 1 end,
             error = ${error},
             succeeded_at = case when ${error}::text is null then clock_timestamp() else succeeded_at end,
             due_at = clock_timestamp() + make_interval(secs => case when ${error}::text is null then ${everySeconds}::float8
               else least(${everySeconds}::float8, 5 * 2 ^ least(failures, 10)) * (0.75 + random() / 2) end)
       where name = ${name}`,
  )
}

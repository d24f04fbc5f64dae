import { callDatabase } from '@/lib/db/call'
import type { Sql } from '@/lib/db/client'
import type { Container } from '@/lib/server/container'
import { MISCONFIGURED } from '@/lib/webhooks/finish-events'

/** Longer without a beat, and no worker is alive; longer in the inbox, and none gets anywhere. */
const WORKER_AGE_SECONDS_MAX = 30
const WAIT_SECONDS_MAX = 300

/** Jobs that money depends on: so many failures in a row, and the whole is not well. One failed sweep may be a hiccup. */
const FAILURES_MAX_OF: Readonly<Record<string, number>> = {
  'sweep-events': 2,
  'check-books': 0,
  'reconcile-books': 2,
  'grant-allowances': 2,
  'take-rent': 2,
  'top-up-accounts': 12,
  'release-numbers': 2,
}

/** For probes and people: how things stand, without a name, an address or a secret. Ages in seconds. */
export type Health = Readonly<{
  status: 'ok' | 'failing'
  database: 'ok' | 'unreachable'
  /** `misconfigured`: events wait because Stripe refuses our key, or is not set up. Only the operator can mend it. */
  provider: 'ok' | 'misconfigured' | 'unknown'
  worker: 'ok' | 'missing' | 'unknown'
  workerAgeSeconds: number | null
  lastEventAgeSeconds: number | null
  /** Since the longest waiting event was received, however often it was tried since. */
  longestWaitSeconds: number | null
  /** Events that wait for staff: quarantined or given up. */
  needStaff: number | null
  /** Recurring jobs whose last run failed. */
  failingJobs: readonly string[]
}>

type HealthRow = {
  worker_age: number | null
  event_age: number | null
  longest_wait: number
  need_staff: number
  misconfigured: boolean
  failing: string[]
  failures: number[]
}

/** Never throws: an unreachable database is an answer too. */
export async function checkHealth({ databases, log }: Pick<Container, 'databases' | 'log'>): Promise<Health> {
  try {
    const [row] = await callDatabase(databases.app, queryHealth, 2_000)
    if (row === undefined) throw new Error('the health query answers with one row')
    return judge(row)
  } catch (error) {
    log.error({ err: error }, 'health check: the database does not answer')
    return UNREACHABLE
  }
}

function queryHealth(sql: Sql): Promise<HealthRow[]> {
  return sql<HealthRow[]>`
    select (select extract(epoch from clock_timestamp() - max(beat_at)) from worker_heartbeat)::float8 as worker_age,
           (select extract(epoch from clock_timestamp() - max(received_at)) from stripe_event)::float8 as event_age,
           coalesce((select extract(epoch from clock_timestamp() - min(received_at)) from stripe_event
                      where state in ('received', 'failed')), 0)::float8 as longest_wait,
           (select count(*) from stripe_event where state in ('quarantined', 'dead'))::int as need_staff,
           exists (select from stripe_event where state = 'failed' and reason = ${MISCONFIGURED}) as misconfigured,
           array(select name from recurring_job where failures > 0 order by name) as failing,
           array(select failures from recurring_job where failures > 0 order by name) as failures`
}

function judge(row: HealthRow): Health {
  const workerAlive = row.worker_age !== null && row.worker_age <= WORKER_AGE_SECONDS_MAX
  const jobsWell = row.failing.every((name, index) => {
    return (row.failures[index] ?? 0) <= (FAILURES_MAX_OF[name] ?? Infinity)
  })
  const isWell = workerAlive && jobsWell && !row.misconfigured && row.longest_wait <= WAIT_SECONDS_MAX
  return {
    status: isWell ? 'ok' : 'failing',
    database: 'ok',
    provider: row.misconfigured ? 'misconfigured' : 'ok',
    worker: workerAlive ? 'ok' : 'missing',
    workerAgeSeconds: row.worker_age === null ? null : Math.round(row.worker_age),
    lastEventAgeSeconds: row.event_age === null ? null : Math.round(row.event_age),
    longestWaitSeconds: Math.max(0, Math.round(row.longest_wait)),
    needStaff: row.need_staff,
    failingJobs: row.failing,
  }
}

const UNREACHABLE: Health = {
  status: 'failing',
  database: 'unreachable',
  provider: 'unknown',
  worker: 'unknown',
  workerAgeSeconds: null,
  lastEventAgeSeconds: null,
  longestWaitSeconds: null,
  needStaff: null,
  failingJobs: [],
}

import { beforeEach, expect, it } from 'vitest'
import { BillingError, type Remedy } from '@/lib/kit/errors'
import type { Container } from '@/lib/server/container'
import { signedEvent } from '@/lib/testing/signed-event'
import { useTestContainer } from '@/lib/testing/test-container'
import { useTestDatabase } from '@/lib/testing/use-test-database'
import { FAILURES_MAX, UNENDED_MAX, UNENDED_TOGETHER_MAX } from '@/lib/webhooks/finish-events'
import { parseEvent } from '@/lib/webhooks/parse-event'
import { storeEvents } from '@/lib/webhooks/store-events'
import { claimEvents } from '@/lib/webhooks/claim-events'
import { drainInbox } from './drain-jobs'
import { runEvents } from './run-events'

const database = useTestDatabase()
const container = useTestContainer(database)

beforeEach(async () => {
  await database.db.sql`delete from stripe_event`
  const event = parseEvent(signedEvent().body, false)
  if (event !== null) await storeEvents(database.db, 'webhook', [event])
})

/** A provider that fails in this way whenever it is asked for an invoice. */
function failingWith(details: { remedy: Remedy }): Container {
  const invoice = () =>
    Promise.reject(
      new BillingError('payment_provider_unavailable', 'Away.', {
        ...details,
        internal: 'unexpected invoice',
      }),
    )
  return { ...container(), payments: { ...container().payments, invoice } }
}

async function tryAsOftenAsAllowed(failing: Container) {
  for (let attempt = 0; attempt < FAILURES_MAX; attempt++) {
    await database.db.sql`update stripe_event set due_at = clock_timestamp()`
    await drainInbox(failing)
  }
  return rows()
}

const rows = () =>
  database.db.sql<{ state: string; attempts: number; failures: number; reason: string | null }[]>`
    select state, attempts, failures, reason from stripe_event order by attempts desc, id`

it('never counts an outage against an event', async () => {
  const rows = await tryAsOftenAsAllowed(failingWith({ remedy: 'time' }))
  expect(rows).toMatchObject([{ state: 'failed', attempts: 0, failures: 0 }])
})

it('gives an event up after ten answers that no waiting will mend, and says which', async () => {
  const rows = await tryAsOftenAsAllowed(failingWith({ remedy: 'staff' }))
  expect(rows).toMatchObject([{ state: 'dead', failures: FAILURES_MAX, reason: 'unexpected invoice' }])
})

/** Workers that took the event up and were killed at it. */
async function killWorkers(count: number) {
  for (let killed = 0; killed < count; killed++) {
    await claimEvents(database.db, 1)
    await database.db.sql`update stripe_event set due_at = clock_timestamp()`
  }
}

it('never counts the death of a worker as a failure of the event it was at', async () => {
  await killWorkers(2 * FAILURES_MAX)
  await drainInbox(failingWith({ remedy: 'staff' }))
  expect(await rows()).toMatchObject([{ state: 'failed', failures: 1 }])
})

it('gives an event up that no worker ever came back from', async () => {
  await killWorkers(UNENDED_MAX)
  await drainInbox(container())
  expect(await rows()).toMatchObject([{ state: 'dead', reason: 'no attempt ever ended' }])
})

it('works on an event alone once its workers died at it, and hands back what was claimed with it', async () => {
  await killWorkers(UNENDED_TOGETHER_MAX)
  const other = parseEvent(signedEvent().body, false)
  if (other !== null) await storeEvents(database.db, 'webhook', [other])
  const claimed = await claimEvents(database.db, 10)
  expect(claimed.map(({ unended }) => unended).toSorted()).toEqual([1, UNENDED_TOGETHER_MAX + 1])
  const settled: string[] = []
  await runEvents(failingWith({ remedy: 'staff' }), claimed, (ids) => settled.push(...ids))
  expect(settled.toSorted()).toEqual(claimed.map(({ id }) => id).toSorted())
  expect(await rows()).toMatchObject([
    { state: 'failed', attempts: UNENDED_TOGETHER_MAX + 1, failures: 1 },
    { state: 'received', attempts: 0, failures: 0 },
  ])
  expect(await claimEvents(database.db, 10)).toMatchObject([{ id: other?.id, unended: 1 }])
})

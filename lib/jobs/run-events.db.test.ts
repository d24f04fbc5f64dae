import { beforeEach, expect, it } from 'vitest'
import { BillingError, type Remedy } from '@/lib/kit/errors'
import type { Container } from '@/lib/server/container'
import { signedEvent } from '@/lib/testing/signed-event'
import { useTestContainer } from '@/lib/testing/test-container'
import { useTestDatabase } from '@/lib/testing/use-test-database'
import { ATTEMPTS_MAX } from '@/lib/webhooks/finish-events'
import { parseEvent } from '@/lib/webhooks/parse-event'
import { storeEvents } from '@/lib/webhooks/store-events'
import { drainInbox } from './drain-jobs'

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
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
    await database.db.sql`update stripe_event set due_at = clock_timestamp()`
    await drainInbox(failing)
  }
  return database.db.sql<{ state: string; attempts: number; reason: string }[]>`
    select state, attempts, reason from stripe_event`
}

it('never counts an outage against an event', async () => {
  const rows = await tryAsOftenAsAllowed(failingWith({ remedy: 'time' }))
  expect(rows).toMatchObject([{ state: 'failed', attempts: 0 }])
})

it('gives an event up after ten answers that no waiting will mend, and says which', async () => {
  const rows = await tryAsOftenAsAllowed(failingWith({ remedy: 'staff' }))
  expect(rows).toMatchObject([{ state: 'dead', attempts: ATTEMPTS_MAX, reason: 'unexpected invoice' }])
})

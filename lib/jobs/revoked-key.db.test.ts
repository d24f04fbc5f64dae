import { afterEach, expect, it } from 'vitest'
import { createLogger } from '@/lib/server/log'
import { openStripeClient } from '@/lib/stripe/open-client'
import { drainPatiently, eventsOf, receive } from '@/lib/testing/inbox'
import { STRIPE_TEST_KEY } from '@/lib/testing/local-stripe'
import { useTestContainer } from '@/lib/testing/test-container'
import { openCustomer, readBooks, startTopUp, type TopUp } from '@/lib/testing/top-up'
import { useLocalStripe } from '@/lib/testing/use-local-stripe'
import { useTestDatabase } from '@/lib/testing/use-test-database'
import { FAILURES_MAX, MISCONFIGURED } from '@/lib/webhooks/finish-events'
import { checkHealth } from './check-health'
import { drainInbox } from './drain-jobs'

const database = useTestDatabase()
const stripe = useLocalStripe()
const container = useTestContainer(database, () => stripe.env)

afterEach(async () => {
  await stripe.calm()
})

async function payTopUp(): Promise<TopUp> {
  const topUp = await startTopUp(container(), await openCustomer(container()))
  expect(await stripe.pay(topUp.sessionId, { cents: 1000 })).toMatchObject({ kind: 'complete' })
  return topUp
}

const waiting = () => database.db.sql<{ attempts: number; state: string; reason: string; secs: number }[]>`
  select attempts, state, reason, extract(epoch from due_at - clock_timestamp())::float8 as secs
    from stripe_event where state <> 'done'`

it('a revoked key ends no event, shows in health, and once there is a good one all is booked by itself', async () => {
  await database.db.sql`insert into worker_heartbeat values ('w', clock_timestamp(), clock_timestamp())`
  const topUp = await payTopUp()
  await receive(container(), await eventsOf(stripe.client, topUp.sessionId))
  await stripe.plan({ rates: { '401': 1 } })
  // As if for an hour: what was put off is due again each time.
  await database.db.sql`update stripe_event set received_at = clock_timestamp() - interval '1 hour'`
  await drainPatiently(container(), 2 * FAILURES_MAX)

  const rows = await waiting()
  expect(rows.length).toBeGreaterThan(0)
  for (const row of rows) expect(row).toMatchObject({ attempts: 0, state: 'failed', reason: MISCONFIGURED })
  expect(await checkHealth(container())).toMatchObject({ status: 'failing', provider: 'misconfigured' })

  await stripe.calm()
  await drainPatiently(container())
  expect(await waiting()).toEqual([])
  expect(await readBooks(container(), topUp.customer.accountId)).toMatchObject({ balance: 10_000_000n })
  expect(await checkHealth(container())).toMatchObject({ status: 'ok', provider: 'ok', needStaff: 0 })
})

it('is told to the operator, loudly and once', async () => {
  const lines: string[] = []
  const log = createLogger('info', { write: (line) => lines.push(line) })
  const client = openStripeClient({ secretKey: STRIPE_TEST_KEY, apiBase: stripe.url, log })
  await stripe.plan({ rates: { '401': 1 } })
  for (let call = 0; call < 3; call++) {
    await expect(client.invoices.retrieve('in_1')).rejects.toMatchObject({ statusCode: 401 })
  }
  expect(lines.map((line): unknown => JSON.parse(line))).toMatchObject([
    { level: 50, alert: 'provider_misconfigured', what: 'key', status: 401 },
  ])
})

it('is tried about once a minute, however long it has waited', async () => {
  const topUp = await payTopUp()
  await receive(container(), await eventsOf(stripe.client, topUp.sessionId))
  await stripe.plan({ rates: { '401': 1 } })
  for (const [age, least, most] of [
    ['0 s', 2, 10],
    ['5 min', 15, 60],
    ['3 days', 28, 90],
  ] as const) {
    await database.db.sql`
      update stripe_event set received_at = clock_timestamp() - ${age}::interval, due_at = clock_timestamp()
       where state <> 'done'`
    await drainInbox(container())
    expect((await waiting()).length).toBeGreaterThan(0)
    for (const row of await waiting()) {
      expect(row.secs).toBeGreaterThan(least)
      expect(row.secs).toBeLessThan(most)
    }
  }
})

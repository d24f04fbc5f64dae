import { beforeEach, expect, it } from 'vitest'
import { useTestContainer } from '@/lib/testing/test-container'
import { openCustomer, readBooks, startTopUp, type TopUp } from '@/lib/testing/top-up'
import { useLocalStripe } from '@/lib/testing/use-local-stripe'
import { useTestDatabase } from '@/lib/testing/use-test-database'
import { settleOpenCheckouts } from './settle-open-checkouts'

const database = useTestDatabase()
const stripe = useLocalStripe()
const container = useTestContainer(database, () => stripe.env)
let topUp: TopUp

beforeEach(async () => {
  topUp = await startTopUp(container(), await openCustomer(container()))
  await stripe.forgetRequests()
})

/** A page is loaded so many times at once. */
async function load(times: number): Promise<void> {
  const contexts = await Promise.all(Array.from({ length: times }, () => topUp.customer.context()))
  await Promise.all(contexts.map((ctx) => settleOpenCheckouts(ctx)))
}

const asked = async (sessionId = topUp.sessionId) =>
  (await stripe.requests()).filter(({ path }) => path === `/v1/checkout/sessions/${sessionId}`).length

/** What two seconds of waiting would do. */
const letTimePass = () =>
  database.db
    .sql`update credit_order set asked_at = asked_at - interval '2 seconds' where asked_at is not null`

const balance = async () => (await readBooks(container(), topUp.customer.accountId)).balance

it('asks Stripe once in two seconds about an order, however often and however much at once it is called', async () => {
  await load(10)
  for (let reload = 0; reload < 3; reload++) await load(1)
  expect(await asked()).toBe(1)
  await letTimePass()
  await load(10)
  expect(await asked()).toBe(2)
})

it('books what was paid right after it was last asked about, as soon as the two seconds are over', async () => {
  await load(1)
  expect(await stripe.pay(topUp.sessionId, { cents: 2500 })).toMatchObject({ kind: 'complete' })
  await load(1)
  expect(await balance()).toBe(0n)
  await letTimePass()
  await load(1)
  expect(await balance()).toBe(25_000_000n)
})

it('counts for each order by itself, and asks about the newest three only', async () => {
  await load(1)
  const others: TopUp[] = []
  for (let order = 0; order < 3; order++) others.push(await startTopUp(container(), topUp.customer))
  await load(1)
  for (const other of others) expect(await asked(other.sessionId)).toBe(1)
  await letTimePass()
  await load(1)
  for (const other of others) expect(await asked(other.sessionId)).toBe(2)
  expect(await asked()).toBe(1)
})

import postgres from 'postgres'
import { expect, test } from 'vitest'
import { openTestAccount } from '@/lib/testing/open-test-account'
import { useTestDatabase } from '@/lib/testing/use-test-database'
import { beginCreditsCheckout, type CheckoutRequest } from './begin-credits-checkout'

const suite = useTestDatabase()

async function newRequest(overrides: Partial<CheckoutRequest> = {}): Promise<CheckoutRequest> {
  const { accountId } = await openTestAccount(suite.db)
  await suite.db.sql`
    update account set stripe_customer_id = ${`cus_${String(accountId)}`} where id = ${accountId}`
  return {
    accountId,
    orderId: `ord_${String(accountId)}`,
    livemode: false,
    requestedBy: 'user:u',
    terms: null,
    idempotencyKey: null,
    verb: 'test',
    request: { returnUrl: 'https://app.talktime.example/' },
    replaces: null,
    now: new Date('2026-01-01T00:00:00Z'),
    ...overrides,
  }
}

const begin = async (request: CheckoutRequest) => {
  const beginning = await beginCreditsCheckout(suite.db, request)
  if (beginning.status !== 'begun') throw new Error(beginning.status)
  return beginning
}
const recordOf = ({ accountId }: CheckoutRequest) =>
  suite.db.sql<{ subject_id: string; answer: unknown }[]>`
    select subject_id, answer from idempotency_record where account_id = ${accountId}`
const finish = ({ accountId }: CheckoutRequest, orderId: string, lease: string | null) =>
  suite.db.sql`
    select finish_credits_checkout(${accountId}, ${orderId}, ${`cs_${orderId}`}, 'k1', ${lease}, '{"clientSecret":"s"}')`
const release = ({ accountId }: CheckoutRequest, orderId: string, lease: string | null) =>
  suite.db.sql`select release_checkout_key(${accountId}, ${orderId}, 'k1', ${lease})`
const endLease = ({ accountId }: CheckoutRequest) => suite.db.sql`
  update idempotency_record set leased_until = clock_timestamp() where account_id = ${accountId}`

test.each([null, 'k1'])(
  'a repeat after a lost answer finds what it began (key: %s)',
  async (idempotencyKey) => {
    const request = await newRequest({ idempotencyKey })
    const { orderId, customerId } = await begin(request)
    expect(await begin(request)).toMatchObject({ status: 'begun', orderId, customerId })
    const orders = await suite.db.sql`select from credit_order where account_id = ${request.accountId}`
    expect(orders).toHaveLength(1)
  },
)

test('a repeat after a lost answer holds the key', async () => {
  const request = await newRequest({ idempotencyKey: 'k1' })
  await begin(request)
  const { orderId, lease } = await begin(request)
  await finish(request, orderId, lease)
  expect(await recordOf(request)).toEqual([{ subject_id: orderId, answer: { clientSecret: 's' } }])
})

test('a key that its holder frees while another request waits for it goes to that request', async () => {
  const first = await newRequest({ idempotencyKey: 'k1' })
  await begin(first)
  const owner = postgres(suite.ownerUrl, { max: 1 })
  let waiting: Promise<unknown> | undefined
  await owner.begin(async (holder) => {
    await holder`select from idempotency_record where account_id = ${String(first.accountId)} for update`
    waiting = begin({ ...first, orderId: `${first.orderId}_second` })
    const waiters = () => suite.db.sql`
      select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`
    await expect.poll(waiters).toHaveLength(1)
    await holder`delete from idempotency_record where account_id = ${String(first.accountId)}`
  })
  expect(await waiting).toMatchObject({ status: 'begun', orderId: `${first.orderId}_second` })
  await owner.end()
})

test('whoever lost the lease neither frees the key nor answers for it', async () => {
  const request = await newRequest({ idempotencyKey: 'k1' })
  const former = await begin(request)
  await endLease(request)
  const holder = await begin({ ...request, orderId: `${request.orderId}_retry` })
  expect(holder).toMatchObject({ orderId: former.orderId, customerId: former.customerId })
  await release(request, former.orderId, former.lease)
  await finish(request, former.orderId, former.lease)
  expect(await recordOf(request)).toEqual([{ subject_id: former.orderId, answer: null }])
  await finish(request, holder.orderId, holder.lease)
  expect(await recordOf(request)).toEqual([{ subject_id: former.orderId, answer: { clientSecret: 's' } }])
})

test('whoever lost the lease replaces no order of its later holder', async () => {
  const request = await newRequest({ idempotencyKey: 'k1' })
  const former = await begin(request)
  await endLease(request)
  await begin({ ...request, orderId: `${request.orderId}_retry` })
  const replacing = { ...request, orderId: `${request.orderId}_again`, replaces: former }
  expect(await beginCreditsCheckout(suite.db, replacing)).toEqual({ status: 'in_flight' })
})

test('whoever holds the key frees it, and a retry begins an order of its own', async () => {
  const request = await newRequest({ idempotencyKey: 'k1' })
  const { orderId, lease } = await begin(request)
  await release(request, orderId, lease)
  expect(await begin({ ...request, orderId: `${orderId}_retry` })).toMatchObject({
    orderId: `${orderId}_retry`,
  })
})

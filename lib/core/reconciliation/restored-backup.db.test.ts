import { afterAll, expect, inject, it } from 'vitest'
import { drainInbox } from '@/lib/jobs/drain-jobs'
import { reconcileBooks } from '@/lib/jobs/reconcile-books'
import { sweepEvents } from '@/lib/jobs/sweep-events'
import { parseEnv } from '@/lib/env'
import { openContainer, type Container } from '@/lib/server/container'
import { productEnv } from '@/lib/testing/product-env'
import { backUpTestDatabase, type TestDatabase } from '@/lib/testing/test-database'
import { useTestContainer } from '@/lib/testing/test-container'
import { openCustomer, readBooks, startTopUp } from '@/lib/testing/top-up'
import { useLocalStripe } from '@/lib/testing/use-local-stripe'
import { useTestDatabase } from '@/lib/testing/use-test-database'
import { checkInvariants } from '../invariants/check-invariants'

const database = useTestDatabase()
const stripe = useLocalStripe()
const container = useTestContainer(database, () => stripe.env)

let backup: TestDatabase | undefined
let restored: Container | undefined

afterAll(async () => {
  await restored?.close()
  await backup?.drop()
})

it('makes up for what a restored backup has forgotten, and books nothing twice', async () => {
  const before = await openCustomer(container())
  const known = await startTopUp(container(), before)
  const paidBefore = await startTopUp(container(), before)
  await stripe.pay(paidBefore.sessionId, { cents: 500 })
  await reconcileBooks({ ...container(), clock: later(container()) })

  backup = await backUpTestDatabase(inject('testServer'), database.appUrl)
  await stripe.pay(known.sessionId, { cents: 1500 })
  // Of this one the backup has neither the order nor the money.
  const forgotten = await startTopUp(container(), before)
  await stripe.pay(forgotten.sessionId, { cents: 2500 })
  await sweepEvents(container())
  await drainInbox(container())
  expect((await readBooks(container(), before.accountId)).balance).toBe(45_000_000n)

  restored = openContainer(parseEnv(productEnv(backup, stripe.env)), 'worker')
  expect((await readBooks(restored, before.accountId)).balance).toBe(5_000_000n)
  expect(await reconcileBooks({ ...restored, clock: later(restored) })).toMatchObject({
    found: 1,
    repaired: 1,
  })
  expect((await readBooks(restored, before.accountId)).deposits).toEqual([5_000_000n, 15_000_000n])
  const listed = await backup.db.sql`
    select kind, account_id, provider_micros, reason from reconciliation_difference where resolved_at is null`
  expect(listed).toEqual([
    { kind: 'not_ours', account_id: before.accountId, provider_micros: 25_000_000n, reason: 'order_unknown' },
  ])
  await sweepEvents(restored)
  await drainInbox(restored)
  expect((await readBooks(restored, before.accountId)).deposits).toEqual([5_000_000n, 15_000_000n])
  expect(await checkInvariants(backup.db.sql)).toEqual([])
})

/** What was paid within the last minute may still be on its way, and is left to the next comparison. */
function later({ clock }: Container): Container['clock'] {
  return { read: async () => new Date((await clock.read()).getTime() + 120_000) }
}

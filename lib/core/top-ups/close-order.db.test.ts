import { beforeEach, expect, test } from 'vitest'
import { ROLE_SCOPES, type Actor } from '@/lib/core/actor'
import { newId } from '@/lib/kit/ids'
import { openTestAccount, type TestAccount } from '@/lib/testing/open-test-account'
import { SYSTEM, testContext } from '@/lib/testing/test-context'
import { useTestDatabase } from '@/lib/testing/use-test-database'
import { closeOrder } from './close-order'

const suite = useTestDatabase()

let account: TestAccount
/** A Checkout of the account that expired at the provider, and is open still in our books. */
let session: Parameters<typeof closeOrder>[1]

beforeEach(async () => {
  account = await openTestAccount(suite.db)
  const order = newId('ord')
  session = { id: `cs_${order}`, customerId: `cus_${order}`, status: 'expired' }
  await suite.db.sql`
    insert into credit_order (id, account_id, state, livemode, stripe_customer_id, stripe_session_id, requested_by, created_at)
    values (${order}, ${account.accountId}, 'open', false, ${session.customerId}, ${session.id}, 'test', now())`
})

const closeAs = (actor: Actor) => closeOrder(testContext({ db: suite.db, actor }), session)

test('an expired order is closed by the system or by its own account, once', async () => {
  expect(await closeAs(account.owner)).toBe(true)
  expect(await closeAs(SYSTEM)).toBe(false)
})

test('an order is not closed from another account, nor by who may only read', async () => {
  const stranger = await openTestAccount(suite.db)
  expect(await closeAs(stranger.owner)).toBe(false)
  const { accountId } = account
  const viewer: Actor = { kind: 'user', userId: 'u', role: 'viewer', accountId, scopes: ROLE_SCOPES.viewer }
  await expect(closeAs(viewer)).rejects.toMatchObject({ code: 'forbidden' })
  const staff: Actor = {
    kind: 'impersonator',
    staffUserId: 's',
    reason: 'r',
    accountId,
    scopes: ['billing:write'],
  }
  await expect(closeAs(staff)).rejects.toMatchObject({ code: 'impersonating' })
  expect(await closeAs(SYSTEM)).toBe(true)
})

import { expect, test } from 'vitest'
import { ROLE_SCOPES, type Actor } from '@/lib/core/actor'
import { useTestContainer } from '@/lib/testing/test-container'
import { useTestDatabase } from '@/lib/testing/use-test-database'
import { checkStart } from './check-start'
import { makeContext } from './container'

const suite = useTestDatabase()
const adapters = useTestContainer(suite)

/** As if every check of scopes had been forgotten: it claims all that an owner may do. */
const impersonator: Actor = {
  kind: 'impersonator',
  staffUserId: '00000000-0000-4000-8000-000000000000',
  reason: 'a ticket',
  accountId: 1n,
  scopes: ROLE_SCOPES.owner,
}

test('an impersonator has a database handle that cannot write', async () => {
  const { db } = await makeContext(adapters(), impersonator, 'req_1')
  await expect(db.sql`insert into account (name) values ('x')`).rejects.toMatchObject({ code: '25006' })
  await expect(
    db.sql`
    set transaction read write; insert into account (name) values ('x')`.simple(),
  ).rejects.toMatchObject({ code: '42501' })
  await expect(db.sql`select key_hash from api_key`).rejects.toMatchObject({ code: '42501' })
  await expect(db.sql`select session_token from session`).rejects.toMatchObject({ code: '42501' })
  expect(await db.sql`select from account`).toEqual([])
})

test('an impersonator has a payment provider that refuses deeds', async () => {
  const { payments } = await makeContext(adapters(), impersonator, 'req_1')
  const customer = { accountId: 1n, email: 'a@example.com', name: null, idempotencyKey: 'k' }
  await expect(payments.createCustomer(customer)).rejects.toMatchObject({ code: 'impersonating' })
  await expect(payments.setDefaultPaymentMethod('cus_1', 'pm_1')).rejects.toMatchObject({
    code: 'impersonating',
  })
  await expect(
    payments.createCreditsCheckout({
      orderId: 'o',
      accountId: 1n,
      customerId: 'c',
      returnUrl: 'https://x',
      redirect: 'always',
    }),
  ).rejects.toMatchObject({ code: 'impersonating' })
})

test('an impersonator has a carrier that gives and takes no numbers', async () => {
  const { carrier } = await makeContext(adapters(), impersonator, 'req_1')
  await expect(carrier.claim('num_1', null)).rejects.toMatchObject({ code: 'impersonating' })
  await expect(carrier.release('num_1')).rejects.toMatchObject({ code: 'impersonating' })
})

test('anyone else has the application’s own handle', async () => {
  const { db } = await makeContext(adapters(), { kind: 'system', name: 'test' }, 'req_1')
  expect(await db.sql`select current_user as role`).toEqual([{ role: 'talktime_app' }])
})

test('the app starts on the roles it is meant for', async () => {
  await expect(checkStart(adapters().env)).resolves.toBeUndefined()
})

test('the app refuses to start as the owner of the ledger, and as a superuser', async () => {
  for (const url of [suite.ownerUrl, suite.superuserUrl]) {
    await expect(checkStart({ ...adapters().env, DATABASE_URL: url })).rejects.toThrow(
      /Talktime cannot start: the role of DATABASE_URL could rewrite the ledger \(.*posting/,
    )
  }
})

test('the app refuses a read-only role that can write', async () => {
  await expect(checkStart({ ...adapters().env, READONLY_DATABASE_URL: suite.appUrl })).rejects.toThrow(
    /READONLY_DATABASE_URL can write/,
  )
})

test('the app refuses a database without a ledger, and one that does not answer', async () => {
  const empty = new URL(suite.appUrl)
  empty.pathname = '/postgres'
  await expect(checkStart({ ...adapters().env, DATABASE_URL: empty.href })).rejects.toThrow(/no ledger yet/)
  const nowhere = { ...adapters().env, DATABASE_URL: 'postgres://app:hunter2@127.0.0.1:9/talktime' }
  const error: unknown = await checkStart(nowhere).catch((reason: unknown) => reason)
  expect(String(error)).toMatch(/the database of DATABASE_URL does not answer \(.*ECONNREFUSED/)
  expect(String(error)).not.toContain('hunter2')
})

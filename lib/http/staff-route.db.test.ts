import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { hashSessionToken } from '@/lib/auth/credential'
import { hashedSessionAdapter } from '@/lib/auth/hashed-sessions'
import { sessionCookie } from '@/lib/auth/session-cookie'
import { STAFF_SCOPES } from '@/lib/core/actor'
import { startImpersonation } from '@/lib/core/impersonation/start-impersonation'
import { dial } from '@/lib/dialects/dial/errors'
import { addPerson, type TestPerson } from '@/lib/testing/person'
import { testContext } from '@/lib/testing/test-context'
import { useTestContainer } from '@/lib/testing/test-container'
import { useTestDatabase } from '@/lib/testing/use-test-database'
import { staffRoute } from './staff-route'
import { setStaff } from '@/lib/testing/staff'

const suite = useTestDatabase()
const adapters = useTestContainer(suite)

let customer: TestPerson
let staff: TestPerson

beforeAll(async () => {
  globalThis.talktimeContainer = adapters()
  customer = await addPerson(adapters())
  staff = await addPerson(adapters())
  await setStaff(suite.db, staff.actor.userId, true)
})

afterAll(() => {
  globalThis.talktimeContainer = undefined
})

const handler = staffRoute({
  dialect: dial,
  scope: 'staff:read',
  query: z.object({ day: z.iso.date().optional() }),
  handler: async ({ actor }) => new Response(actor.kind),
})

async function cookieOf({ actor }: TestPerson): Promise<Record<string, string>> {
  const sessionToken = randomUUID()
  const expires = new Date(Date.now() + 60_000)
  await hashedSessionAdapter(suite.db).createSession?.({ sessionToken, userId: actor.userId, expires })
  return { cookie: `${sessionCookie(adapters().env.APP_URL).name}=${sessionToken}` }
}

const ask = async (headers: Record<string, string>, query = '') =>
  handler(new Request(`http://localhost/x${query}`, { headers }), { params: Promise.resolve({}) })

test('200 for staff, who act as such, and no cache keeps it', async () => {
  const response = await ask(await cookieOf(staff))
  expect([response.status, await response.text()]).toEqual([200, 'staff'])
  expect(response.headers.get('cache-control')).toBe('private, no-store')
})

test('400 for a query that does not parse', async () => {
  expect((await ask(await cookieOf(staff), '?day=soon')).status).toBe(400)
})

test('401 for nobody', async () => {
  expect((await ask({})).status).toBe(401)
})

test('404 for everyone else, for programs, and for staff who are so no more', async () => {
  expect((await ask(await cookieOf(customer))).status).toBe(404)
  expect((await ask({ authorization: `Bearer ${customer.key}` })).status).toBe(404)
  expect((await ask({ authorization: `Bearer ${staff.key}` })).status).toBe(404)
  const cookie = await cookieOf(staff)
  await setStaff(suite.db, staff.actor.userId, false)
  expect((await ask(cookie)).status).toBe(404)
  await setStaff(suite.db, staff.actor.userId, true)
})

test('404 while staff look into an account, who leave behind what they asked for', async () => {
  const [before, after] = [randomUUID(), randomUUID()]
  const expires = new Date(Date.now() + 60_000)
  const { userId } = staff.actor
  await hashedSessionAdapter(suite.db).createSession?.({ sessionToken: before, userId, expires })
  await startImpersonation(
    testContext({ db: suite.db, actor: { kind: 'staff', userId, scopes: STAFF_SCOPES } }),
    {
      accountId: customer.actor.accountId,
      reason: 'A question of the customer',
      sessionHash: hashSessionToken(before),
      nextSessionHash: hashSessionToken(after),
    },
  )
  const cookie = `${sessionCookie(adapters().env.APP_URL).name}=${after}`
  expect((await ask({ cookie, 'x-talktime-path': '/billing' }, '?day=2026-01-01')).status).toBe(404)
  const seen = await suite.db.sql`select method, path from access_view`
  expect([...seen]).toEqual([{ method: 'GET', path: '/x' }])
})

test('429 for staff who ask too often', async () => {
  const cookie = await cookieOf(staff)
  await suite.db.sql`
    insert into rate_limit (bucket, full_at) values (${`user:${staff.actor.userId}`}, clock_timestamp() + interval '1 hour')
      on conflict (bucket) do update set full_at = excluded.full_at`
  expect((await ask(cookie)).status).toBe(429)
})

import { beforeAll, expect, test } from 'vitest'
import { openBrowserSession } from '@/lib/testing/browser-session'
import { addPerson, type TestPerson } from '@/lib/testing/person'
import { useTestContainer } from '@/lib/testing/test-container'
import { useApp } from '@/lib/testing/use-app'
import { useTestDatabase } from '@/lib/testing/use-test-database'

const APP_URL = 'https://billing.talktime.example'

const suite = useTestDatabase()
const adapters = useTestContainer(suite)
/** As behind a proxy that ends TLS: the app itself is reached by http. */
const app = useApp(suite, () => ({ APP_URL, TRUSTED_PROXY_HOPS: '1' }))

let ada: TestPerson

beforeAll(async () => {
  ada = await addPerson(adapters())
})

test('the session cookie is bound to this host and to https', async () => {
  const browser = openBrowserSession(app().url)
  await browser.signIn(ada)
  const line = browser.received().find((received) => received.includes('talktime.session=')) ?? ''
  expect(line).toMatch(/^__Host-talktime\.session=[\w-]{43};/)
  const attributes = line.split('; ').slice(1)
  expect(attributes).toEqual(expect.arrayContaining(['Path=/', 'HttpOnly', 'Secure', 'SameSite=Lax']))
  expect(line).not.toMatch(/domain=/i)
  for (const other of browser.received()) expect(other).toMatch(/Secure/)
  expect((await browser.request('/settings/api-keys')).status).toBe(200)
})

test('a cookie without the prefix, which a subdomain could set, is no session', async () => {
  const browser = openBrowserSession(app().url)
  await browser.signIn(ada)
  const cookie = browser.cookies().replace('__Host-talktime', 'talktime')
  const response = await browser.request('/api/v1/billing', { headers: { cookie } })
  expect(response.status).toBe(401)
})

test('pages demand https from now on', async () => {
  const response = await openBrowserSession(app().url).request('/sign-in')
  expect(response.headers.get('strict-transport-security')).toMatch(/^max-age=\d{8,}/)
})

test('after signing in the browser goes to the address people know, whatever Host the request named', async () => {
  const browser = openBrowserSession(app().url)
  const response = await browser.signIn(ada)
  expect(new URL(response.headers.get('location') ?? '', APP_URL).origin).toBe(APP_URL)
})

test('the client is who the trusted proxy saw, not who the client says it is', async () => {
  await suite.db.sql`delete from rate_limit`
  const attempt = (forwarded: string) =>
    openBrowserSession(app().url).request('/api/v1/billing', {
      headers: { cookie: `__Host-talktime.session=${'x'.repeat(43)}`, 'x-forwarded-for': forwarded },
    })
  await attempt('198.51.100.1, 203.0.113.9')
  await attempt('198.51.100.2, 203.0.113.9')
  await attempt('2001:db8:1:2::1')
  await attempt('2001:db8:1:2:ffff::1')
  const buckets = await suite.db.sql<
    { bucket: string }[]
  >`select bucket from rate_limit where bucket like 'failed:%' order by bucket`
  expect(buckets.map(({ bucket }) => bucket)).toEqual(['failed:2001:db8:1:2::/64', 'failed:203.0.113.9'])
})

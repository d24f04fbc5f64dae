import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { openBrowserSession, type BrowserSession } from '@/lib/testing/browser-session'
import { addPerson, type TestPerson } from '@/lib/testing/person'
import { useTestContainer } from '@/lib/testing/test-container'
import { useApp } from '@/lib/testing/use-app'
import { useTestDatabase } from '@/lib/testing/use-test-database'

const suite = useTestDatabase()
const adapters = useTestContainer(suite)
const app = useApp(suite)

const CHECKOUT = '/api/v1/billing/checkout/credits'
const COOKIE = 'talktime.session'
const JSON_TYPE = { 'content-type': 'application/json' }

let ada: TestPerson
/** Where Ada is signed in. */
let browser: BrowserSession

beforeAll(async () => {
  ada = await addPerson(adapters())
  browser = openBrowserSession(app().url)
  await browser.signIn(ada)
})

beforeEach(async () => {
  // Each test has its tries at signing in.
  await suite.db.sql`delete from rate_limit`
})

function tokenOf({ cookies }: BrowserSession): string | undefined {
  return new RegExp(`${COOKIE}=([^;]+)`).exec(cookies())?.[1]
}

/** 400 is the answer of a route that let the caller in and read the body. */
async function statusWith(cookie: string, headers: Record<string, string> = {}): Promise<number> {
  const sent = { ...JSON_TYPE, 'sec-fetch-site': 'same-origin', cookie, ...headers }
  const response = await fetch(new URL(CHECKOUT, app().url), { method: 'POST', body: '{', headers: sent })
  await response.body?.cancel()
  return response.status
}

describe('signing in', () => {
  test('makes a session that the API accepts', async () => {
    expect(await statusWith(browser.cookies())).toBe(400)
  })

  test('sets a cookie that scripts, other sites and other hosts cannot have', async () => {
    const line = browser.received().find((received) => received.startsWith(`${COOKIE}=`)) ?? ''
    const attributes = line.split('; ').slice(1)
    expect(attributes).toEqual(expect.arrayContaining(['Path=/', 'HttpOnly', 'SameSite=Lax']))
    expect(line).not.toMatch(/domain=/i)
    expect(line).toMatch(/expires=/i)
  })

  test('stores only the hash of the token', async () => {
    const rows = await suite.db.sql<{ row: string }[]>`select session::text as row from session`
    expect(rows.map(({ row }) => row).join()).not.toContain(tokenOf(browser))
    expect(tokenOf(browser)).toMatch(/^[\w-]{43}$/)
  })

  test.each([
    ['a wrong password', { password: 'not the password' }],
    ['an unknown e-mail', { email: 'nobody@example.com' }],
    ['an empty password', { password: '' }],
    ['an e-mail that is none', { email: 'nobody' }],
    ['a password of 50 kB', { password: 'x'.repeat(50_000) }],
  ])('with %s leaves the browser as it was', async (_what, change) => {
    const other = openBrowserSession(app().url)
    const response = await other.signIn({ email: ada.email, password: ada.password, ...change })
    expect(response.status).not.toBe(500)
    expect(response.headers.get('location') ?? '/sign-in').toMatch(/\/sign-in/)
    expect(tokenOf(other)).toBeUndefined()
  })

  test('takes the e-mail however it is written', async () => {
    const other = openBrowserSession(app().url)
    await other.signIn({ ...ada, email: `  ${ada.email.toUpperCase()} ` })
    expect(tokenOf(other)).toBeDefined()
  })

  test('never adopts a token that the browser was given', async () => {
    const fixed = 'a'.repeat(43)
    const victim = openBrowserSession(app().url, { [COOKIE]: fixed })
    await victim.signIn(ada)
    expect(tokenOf(victim)).not.toBe(fixed)
    expect(await statusWith(`${COOKIE}=${fixed}`)).toBe(401)
    expect(await statusWith(victim.cookies())).toBe(400)
  })

  test('again makes a new session and ends the one before', async () => {
    const other = openBrowserSession(app().url)
    await other.signIn(ada)
    const before = `${COOKIE}=${tokenOf(other) ?? ''}`
    await other.signIn(ada)
    expect(other.cookies()).not.toContain(before)
    expect(await statusWith(before)).toBe(401)
    expect(await statusWith(browser.cookies())).toBe(400)
  })

  test.each([
    '//evil.example',
    'https://evil.example/billing',
    '/\\evil.example',
    'https:evil.example',
    'javascript:alert(1)',
    '/%2f/evil.example',
  ])('asked to go on to %j stays on this site', async (callbackUrl) => {
    const response = await openBrowserSession(app().url).signIn(ada, callbackUrl)
    expect(new URL(response.headers.get('location') ?? '', app().url).origin).toBe(app().url)
  })

  test('is limited by e-mail, also from elsewhere and with the right password at last', async () => {
    const other = openBrowserSession(app().url)
    await suite.db.sql`
      insert into rate_limit (bucket, full_at) values (${`sign-in:${ada.email}`}, clock_timestamp() + interval '1 hour')`
    await other.signIn(ada)
    expect(tokenOf(other)).toBeUndefined()
  })

  test('with more than 64 KiB is refused unread', async () => {
    const other = openBrowserSession(app().url)
    const body = new URLSearchParams({ email: ada.email, password: 'x'.repeat(70_000) })
    const response = await other.request('/api/auth/callback/credentials', { method: 'POST', body })
    expect(response.status).toBe(413)
  })

  test('posted by a foreign page is refused', async () => {
    const other = openBrowserSession(app().url)
    const response = await other.request('/api/auth/callback/credentials', {
      method: 'POST',
      body: new URLSearchParams({ email: ada.email, password: ada.password }),
      headers: { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' },
    })
    expect(response.status).toBe(403)
    expect(tokenOf(other)).toBeUndefined()
  })
})

describe('signing out', () => {
  test('ends the session on the server: the cookie is worth nothing after', async () => {
    const other = openBrowserSession(app().url)
    await other.signIn(ada)
    const kept = other.cookies()
    const answer: unknown = await (await other.request('/api/auth/csrf')).json()
    const body = new URLSearchParams(answer as Record<string, string>)
    await other.request('/api/auth/signout', { method: 'POST', body })
    expect(tokenOf(other)).toBeUndefined()
    expect(await statusWith(kept)).toBe(401)
  })
})

describe('a session', () => {
  test.each([
    ['expired', 'expires'],
    ['unused for a week', 'last_used_at'],
  ])('that is %s is refused', async (_why, column) => {
    const other = openBrowserSession(app().url)
    await other.signIn(ada)
    expect(await statusWith(other.cookies())).toBe(400)
    await suite.db.sql`
      update session set ${suite.db.sql(column)} = clock_timestamp() - interval '8 days'
      where created_at = (select max(created_at) from session)`
    expect(await statusWith(other.cookies())).toBe(401)
  })

  test('ends with the membership', async () => {
    const eve = await addPerson(adapters())
    const other = openBrowserSession(app().url)
    await other.signIn(eve)
    await suite.db.sql`update member set role = 'viewer' where user_id = ${eve.actor.userId}`
    expect(await statusWith(other.cookies())).toBe(403)
    await suite.db.sql`delete from member where user_id = ${eve.actor.userId}`
    expect(await statusWith(other.cookies())).toBe(401)
  })

  test('does not help a request that brings a bad key', async () => {
    for (const authorization of ['Bearer nonsense', 'Basic abc', 'Bearer']) {
      expect(await statusWith(browser.cookies(), { authorization })).toBe(401)
    }
  })

  test('of another browser is not found by guessing', async () => {
    const token = tokenOf(browser) ?? ''
    for (const guess of ['', 'x', token.slice(0, -1), `${token}x`, token.toLowerCase(), 'x'.repeat(5000)]) {
      expect(await statusWith(`${COOKIE}=${guess}`)).toBe(401)
    }
  })
})

describe('a request that a foreign page may have sent', () => {
  const none = { 'sec-fetch-site': '' }

  test.each([
    ['from our own page', { 'sec-fetch-site': 'same-origin' }, 400],
    ['from another site', { 'sec-fetch-site': 'cross-site' }, 403],
    ['from a subdomain', { 'sec-fetch-site': 'same-site' }, 403],
    ['typed by hand', { 'sec-fetch-site': 'none' }, 403],
    ['as a form', { 'content-type': 'application/x-www-form-urlencoded' }, 403],
    ['as a file upload', { 'content-type': 'multipart/form-data; boundary=x' }, 403],
    ['as a beacon', { 'content-type': 'text/plain;charset=UTF-8' }, 403],
    ['as something like JSON', { 'content-type': 'text/plain; application/json' }, 403],
    ['as JSON in UTF-7', { 'content-type': 'application/json-seq' }, 403],
    ['with an empty Sec-Fetch-Site', { ...none }, 403],
  ])('%s', async (_how, headers, status) => {
    expect(await statusWith(browser.cookies(), headers)).toBe(status)
  })

  test.each([
    ['our own origin', () => ({ origin: app().url }), 400],
    ['a foreign origin', () => ({ origin: 'https://evil.example' }), 403],
    ['no origin to speak of', () => ({ origin: 'null' }), 403],
    ['neither header', () => ({}), 403],
    [
      'a foreign origin that is also the host',
      () => ({ origin: 'http://evil.example', 'x-forwarded-host': 'evil.example' }),
      403,
    ],
  ])('by an old browser with %s', async (_how, headers, status) => {
    const sent = { ...JSON_TYPE, cookie: browser.cookies(), ...headers() }
    const response = await fetch(new URL(CHECKOUT, app().url), { method: 'POST', body: '{', headers: sent })
    expect(response.status).toBe(status)
  })

  test('may read, since it is not shown the answer', async () => {
    const response = await fetch(new URL('/api/v1/billing', app().url), {
      headers: { cookie: browser.cookies(), 'sec-fetch-site': 'cross-site' },
    })
    expect(response.status).not.toBe(403)
    expect(response.headers.get('access-control-allow-origin')).toBeNull()
  })

  test('with a key and no session is a program’s: it needs neither header', async () => {
    const headers = { authorization: `Bearer ${ada.key}`, 'content-type': 'text/plain' }
    const response = await fetch(new URL(CHECKOUT, app().url), { method: 'POST', body: '{', headers })
    expect(response.status).toBe(400)
  })
})

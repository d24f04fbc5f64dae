import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { appointStaff } from '@/lib/dev/seed/appoint-staff'
import { openBrowserSession, type BrowserSession } from '@/lib/testing/browser-session'
import { addPerson, type TestPerson } from '@/lib/testing/person'
import { builtServerActions, callAction, postPageForm, type ServerAction } from '@/lib/testing/server-actions'
import { useTestContainer } from '@/lib/testing/test-container'
import { useApp } from '@/lib/testing/use-app'
import { useTestDatabase } from '@/lib/testing/use-test-database'
import { setStaff } from '@/lib/testing/staff'

const suite = useTestDatabase()
const adapters = useTestContainer(suite)
const app = useApp(suite)

let ada: TestPerson
let browser: BrowserSession

beforeAll(async () => {
  ada = await addPerson(adapters())
  browser = openBrowserSession(app().url)
  await browser.signIn(ada)
})

beforeEach(async () => {
  await suite.db.sql`delete from rate_limit`
})

const anonymous = () => openBrowserSession(app().url)
const credentials = () => ({ email: ada.email, password: ada.password })
const where = (response: Response) => response.headers.get('location') ?? ''

function action(name: string): ServerAction {
  const found = builtServerActions().find((candidate) => candidate.name === name)
  if (found === undefined) throw new Error(`The build has no action ${name}.`)
  return found
}

async function rowsOf(table: string): Promise<number> {
  const [row] = await suite.db.sql<
    { count: string }[]
  >`select count(*)::text as count from ${suite.db.sql(table)}`
  return Number(row?.count)
}

describe('a page for signed-in people', () => {
  test.each([
    ['a key', () => ({ authorization: `Bearer ${ada.key}` })],
    ['a key beside a session', () => ({ authorization: 'Bearer nonsense', cookie: browser.cookies() })],
    ['a trusted header', () => ({ 'x-middleware-subrequest': 'proxy:proxy:proxy:proxy:proxy' })],
    ['a token of its own making', () => ({ cookie: `talktime.session=${'a'.repeat(43)}` })],
  ])('is not shown for %s', async (_what, headers) => {
    const response = await anonymous().request('/settings/api-keys', { headers: headers() })
    expect(where(response)).toMatch(/^\/sign-in/)
    expect(await response.text()).not.toContain(ada.email)
  })

  test.each([
    '/settings/api-keys?_rsc=1',
    '/settings//api-keys',
    '/settings/./api-keys',
    '/settings/%61pi-keys',
    '/settings/api-keys/',
    '/settings/api-keys.rsc',
    '/settings/api-keys.segments/_tree.segment.rsc',
    '/_next/data/x/settings/api-keys.json',
    '/en/settings/api-keys',
    '/settings/api-keys%2f',
    '/settings/API-KEYS',
    '/x/../settings/api-keys',
  ])('keeps what it shows to itself when it is asked for as %s', async (path) => {
    for (const headers of [{}, { rsc: '1' }, { rsc: '1', 'next-router-prefetch': '1' }]) {
      const text = await (await anonymous().request(path, { headers })).text()
      expect(text).not.toContain(ada.email)
      expect(text).not.toContain('sk_live_tt_')
    }
  })

  test('is never kept by a cache, and shows each person their own', async () => {
    const eve = await addPerson(adapters())
    const other = anonymous()
    await other.signIn(eve)
    const [mine, theirs] = await Promise.all([
      browser.request('/settings/api-keys'),
      other.request('/settings/api-keys'),
    ])
    expect(mine.status).toBe(200)
    expect(mine.headers.get('cache-control')).toMatch(/no-store/)
    const [myPage, theirPage] = await Promise.all([mine.text(), theirs.text()])
    expect(myPage).toContain(ada.email)
    expect(myPage).not.toContain(eve.email)
    expect(theirPage).toContain(eve.email)
    expect(theirPage).not.toContain(ada.email)
  })
})

describe('the console', () => {
  const PAGES = ['/admin/accounts', '/admin/accounts/1']
  const UNKNOWN = ['0', '01', '-1', '9'.repeat(30), 'one', '1%20', '999999']

  test.each(PAGES)(
    '%s does not exist for who is no staff, whatever the way it is asked for',
    async (path) => {
      const tree = encodeURIComponent(JSON.stringify(['', { children: ['admin', {}, null, 'refetch'] }]))
      for (const headers of [{}, { rsc: '1' }, { rsc: '1', 'next-router-state-tree': tree }]) {
        // Next sends a payload's reader to an address that no cache confuses with the page's.
        const first = await browser.request(path, { headers })
        const response = first.status === 307 ? await browser.request(where(first), { headers }) : first
        // A payload begins before it is known how it ends; what it says then is that there is nothing.
        if (!('rsc' in headers)) expect(response.status).toBe(404)
        const text = await response.text()
        for (const secret of ['Staff menu', 'Opened', 'To the accounts']) expect(text).not.toContain(secret)
      }
    },
  )

  test('is there for staff from the moment they are appointed, and until they no longer are', async () => {
    const grace = await addPerson(adapters())
    const staff = anonymous()
    await staff.signIn(grace)
    const statuses = async () => Promise.all(PAGES.map(async (path) => (await staff.request(path)).status))
    expect(await statuses()).toEqual([404, 404])
    expect(await (await staff.request('/billing')).text()).not.toContain('href="/admin"')
    await appointStaff(suite.ownerUrl, grace.actor.userId)
    expect(await statuses()).toEqual([200, 200])
    expect(await (await staff.request('/billing')).text()).toContain('href="/admin"')
    for (const accountId of UNKNOWN) {
      const response = await staff.request(`/admin/accounts/${accountId}`)
      expect(response.status, accountId).toBe(404)
      expect(await response.text(), accountId).toContain('Staff menu')
    }
    await setStaff(suite.db, grace.actor.userId, false)
    expect(await statuses()).toEqual([404, 404])
  })
})

describe('every page', () => {
  test.each(['/sign-in', '/sign-up', '/nowhere', '/settings/api-keys'])(
    '%s comes with a policy whose nonce its scripts carry',
    async (path) => {
      const response = await browser.request(
        path,
        path.startsWith('/sign') ? { headers: { cookie: '' } } : {},
      )
      const policy = response.headers.get('content-security-policy') ?? ''
      const nonce = /'nonce-([^']+)'/.exec(policy)?.[1] ?? 'none'
      expect(policy).toContain("frame-ancestors 'none'")
      expect(policy).toContain("object-src 'none'")
      expect(policy).not.toContain('unsafe-eval')
      const scripts = [...(await response.text()).matchAll(/<script[^>]*>/g)].map(([tag]) => tag)
      expect(scripts.length).toBeGreaterThan(0)
      for (const tag of scripts) expect(tag).toContain(`nonce="${nonce}"`)
      expect(response.headers.get('x-content-type-options')).toBe('nosniff')
      expect(response.headers.get('referrer-policy')).toBe('strict-origin-when-cross-origin')
      expect(response.headers.get('x-powered-by')).toBeNull()
      expect(response.headers.get('strict-transport-security')).toBeNull()
    },
  )

  test('has a nonce of its own', async () => {
    const policies = await Promise.all(
      Array.from({ length: 5 }, async () =>
        (await anonymous().request('/sign-in')).headers.get('content-security-policy'),
      ),
    )
    expect(new Set(policies).size).toBe(5)
  })
})

describe('signing up by form', () => {
  const fresh = () => `new-${Math.random().toString(36).slice(2)}@example.com`

  test('opens an account and signs in, without any script', async () => {
    const visitor = anonymous()
    const response = await postPageForm(visitor, '/sign-up', { email: fresh(), password: 'correct horse' })
    expect([302, 303, 307]).toContain(response.status)
    expect(where(response)).toBe('/billing')
    expect((await visitor.request('/settings/api-keys')).status).toBe(200)
  })

  test('sent twice at once opens one account and signs in both times', async () => {
    const before = await rowsOf('account')
    const fields = { email: fresh(), password: 'correct horse' }
    const answers = await Promise.all([
      postPageForm(anonymous(), '/sign-up', fields),
      postPageForm(anonymous(), '/sign-up', fields),
    ])
    expect(answers.map(where)).toEqual(['/billing', '/billing'])
    expect(await rowsOf('account')).toBe(before + 1)
  })

  test.each([
    [
      'an e-mail that is none',
      { email: 'nonsense', password: 'correct horse' },
      'Enter a valid e-mail address',
    ],
    ['a short password', { email: 'short@example.com', password: 'horse' }, 'Use at least 10 characters'],
    [
      'text that cannot be stored',
      { email: 'a@example.com', password: 'correct\0horse' },
      'not valid Unicode',
    ],
  ])('with %s says so, keeps the e-mail and never the password', async (_what, fields, message) => {
    const before = await rowsOf('account')
    const page = await (await postPageForm(anonymous(), '/sign-up', fields)).text()
    expect(page).toContain(message)
    expect(page).toContain(fields.email)
    expect(page).not.toContain(fields.password)
    expect(await rowsOf('account')).toBe(before)
  })

  test('with an e-mail that has an account says so, and signs nobody in', async () => {
    const visitor = anonymous()
    const page = await (
      await postPageForm(visitor, '/sign-up', { email: ada.email, password: 'not the password' })
    ).text()
    expect(page).toContain('There is an account with this e-mail already')
    expect((await visitor.request('/billing')).status).not.toBe(200)
  })
})

describe('signing in by form', () => {
  test('goes on to the page that was asked for, and nowhere else', async () => {
    const cases = [
      ['/settings/api-keys', '/settings/api-keys'],
      ['//evil.example', '/billing'],
      ['https://evil.example/', '/billing'],
    ] as const
    for (const [callbackUrl, expected] of cases) {
      const fields = { email: ada.email, password: ada.password, callbackUrl }
      expect(where(await postPageForm(anonymous(), '/sign-in', fields))).toBe(expected)
    }
  })

  test('says the same of a wrong password and of an unknown e-mail, after the same time', async () => {
    const attempt = async (email: string) => {
      const started = performance.now()
      const page = await (
        await postPageForm(anonymous(), '/sign-in', { email, password: 'not it at all' })
      ).text()
      expect(page).toContain('E-mail or password is wrong.')
      return performance.now() - started
    }
    const [wrong, unknown] = [await attempt(ada.email), await attempt('nobody@example.com')]
    // Both hash; without it the unknown one would be done in a few milliseconds.
    expect(Math.min(wrong, unknown) / Math.max(wrong, unknown)).toBeGreaterThan(0.2)
  })

  test('is refused after too many tries, and says for how long', async () => {
    await suite.db.sql`
      insert into rate_limit (bucket, full_at) values (${`sign-in:${ada.email}`}, clock_timestamp() + interval '1 hour')`
    const page = await (await postPageForm(anonymous(), '/sign-in', credentials())).text()
    expect(page).toContain('Too many requests')
  })
})

describe('a server action', () => {
  test('makes a key that works, shows it once, and revokes it', async () => {
    const form = new FormData()
    form.set('name', 'made by form')
    const answer = await (await callAction(browser, action('createKey'), [{ kind: 'asking' }, form])).text()
    const key = /sk_live_tt_[0-9A-Za-z]{38}/.exec(answer)?.[0] ?? ''
    const ask = () =>
      fetch(new URL('/api/v1/billing', app().url), { headers: { authorization: `Bearer ${key}` } })
    expect((await ask()).status).not.toBe(401)
    expect(await (await browser.request('/settings/api-keys')).text()).not.toContain(key)

    const [row] = await suite.db.sql<{ id: string }[]>`select id from api_key where name = 'made by form'`
    await callAction(browser, action('revokeKey'), [row?.id])
    expect((await ask()).status).toBe(401)
  })

  test("does not find another account's key", async () => {
    const eve = await addPerson(adapters())
    const [row] = await suite.db.sql<{ id: string }[]>`
      select id from api_key where account_id = ${eve.actor.accountId}`
    const answer = await (await callAction(browser, action('revokeKey'), [row?.id])).text()
    expect(answer).toContain('There is no such key.')
    const [after] = await suite.db.sql`select revoked_at from api_key where id = ${row?.id ?? ''}`
    expect(after?.revoked_at).toBeNull()
  })

  test.each([
    ['a foreign page', { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }],
    ['a page of another host of ours', { 'sec-fetch-site': 'same-site' }],
    ['no page at all', { 'sec-fetch-site': 'none' }],
  ])('sent by %s does nothing', async (_who, headers) => {
    const before = await rowsOf('api_key')
    const form = new FormData()
    form.set('name', 'foreign')
    const response = await callAction(browser, action('createKey'), [{ kind: 'asking' }, form], headers)
    expect(await response.text()).not.toContain('sk_live_tt_')
    expect(await rowsOf('api_key')).toBe(before)
  })

  test('with more than 64 kB, or with what is no arguments at all, does nothing', async () => {
    const before = await rowsOf('api_key')
    const form = new FormData()
    form.set('name', 'x'.repeat(200_000))
    await callAction(browser, action('createKey'), [{ kind: 'asking' }, form])
    const { id, page } = action('createKey')
    for (const body of ['', '{', '["$Q1","$F2","$@3"]', '[{"__proto__":{"name":"x"}}]']) {
      const headers = { 'next-action': id, 'content-type': 'text/plain;charset=UTF-8' }
      await browser.request(page, { method: 'POST', headers, body })
    }
    await browser.request(page, { method: 'POST', headers: { 'next-action': 'f'.repeat(42) }, body: '[]' })
    expect(await rowsOf('api_key')).toBe(before)
    expect((await browser.request('/settings/api-keys')).status).toBe(200)
  })

  test('for signing out ends the session', async () => {
    const other = anonymous()
    await other.signIn(ada)
    const kept = other.cookies()
    await callAction(other, action('signOut'), [])
    expect(other.cookies()).not.toContain('talktime.session=')
    const response = await anonymous().request('/billing', { headers: { cookie: kept } })
    expect(where(response)).toMatch(/^\/sign-in/)
  })
})

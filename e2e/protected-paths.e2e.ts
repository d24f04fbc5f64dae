import { expect, openMember, signIn, test } from './product'

const PAGES = [
  '/billing',
  '/billing/return?session_id=cs_test_x',
  '/settings/api-keys',
  '/settings/notifications',
  '/settings/auto-top-up',
  '/settings/organisation',
  '/settings/members',
  '/settings/security',
  '/settings/access',
  '/billing/invoices/in_1',
  '/billing/invoices',
  '/billing/payment-methods',
  '/activity',
  '/activity/export',
  '/numbers',
  '/subscription',
  '/admin/accounts',
  '/admin/accounts/1',
  '/admin/accounts/1/adjustments',
  '/admin/accounts/1/payments',
  '/admin/accounts/1/payments/in_1',
  '/admin/approvals',
  '/admin/audit',
  '/admin/audit/export',
  '/admin/events',
  '/admin/events/evt_1',
  '/admin/reconciliation',
  '/admin/books',
]

/** Other ways to write a path (faults.md row 87), each of which once slipped past a guard in front of a framework. */
const DISGUISES: readonly ((path: string) => string)[] = [
  (path) => path,
  (path) => `${path}/`,
  (path) => `/${path}`,
  (path) => `//localhost${path}`,
  (path) => `/.${path}`,
  (path) => `/x/..${path}`,
  (path) => `/x/%2e%2e${path}`,
  (path) => path.replace('/b', '/%62').replace('/s', '/%73'),
  (path) => path.replace(/(.)\//, '$1%2f'),
  (path) => path.replace(/(.)\//, '$1%252f'),
  (path) => path.replace(/(.)\//, '$1\\'),
  (path) => path.toUpperCase(),
  (path) => `/en${path}`,
  (path) => `/_next/data/x${path}.json`,
  (path) => `${path}.rsc`,
  (path) => `${path}.segments/_tree.segment.rsc`,
  (path) => `${path}${path.includes('?') ? '&' : '?'}_rsc=1`,
  (path) => `${path};a=b`,
  (path) => `${path}%00`,
  (path) => `${path}#x`,
]

const HEADERS: readonly Record<string, string>[] = [
  {},
  { rsc: '1' },
  { rsc: '1', 'next-router-prefetch': '1' },
  { 'x-middleware-subrequest': 'proxy:proxy:proxy:proxy:proxy' },
]

test('no way of writing a path shows a page to someone who is not signed in', async ({
  page,
  site,
  member,
}) => {
  const secrets = [
    member.email,
    'Account menu',
    'Staff menu',
    'Add credits',
    'Create key',
    'Export CSV',
    'Invite',
    'Create token',
    'Who looked in',
  ]
  for (const path of PAGES) {
    for (const disguise of DISGUISES) {
      for (const headers of HEADERS) {
        const url = site.stack.appUrl + disguise(path)
        const answer = await fetch(url, { headers, redirect: 'manual' })
        const text = await answer.text()
        expect(answer.status, url).not.toBe(500)
        for (const secret of secrets) expect(text.includes(secret), `${url} shows ${secret}`).toBe(false)
      }
    }
  }
  // The same words are there for who is signed in: the test would see them.
  await signIn(page, site, member)
  const shown = await page.request.get('/billing')
  expect(await shown.text()).toContain(member.email)
})

test('what is shown to a person is kept by no cache', async ({ signedIn: page }) => {
  for (const path of ['/billing', '/settings/api-keys']) {
    const plain = await page.request.get(path)
    const payload = await page.request.get(path, { headers: { rsc: '1' } })
    for (const answer of [plain, payload]) {
      expect(answer.status(), path).toBe(200)
      expect(answer.headers()['cache-control'], path).toMatch(/private.*no-store|no-store.*private/)
    }
  }
})

test('two people who ask for the same page at once never see each other', async ({ browser, site }) => {
  const people = await Promise.all([openMember(site), openMember(site)])
  const contexts = await Promise.all(people.map(() => browser.newContext({ baseURL: site.stack.appUrl })))
  await Promise.all(
    people.map(async (person, index) => {
      const page = await contexts[index]?.newPage()
      if (page !== undefined) await signIn(page, site, person)
    }),
  )
  const rounds = Array.from({ length: 30 }, (_, round) => round)
  await Promise.all(
    contexts.flatMap((context, index) =>
      rounds.map(async (round) => {
        const headers: Record<string, string> = round % 2 === 0 ? {} : { rsc: '1' }
        const answer = await context.request.get(round % 3 === 0 ? '/settings/api-keys' : '/billing', {
          headers,
        })
        const text = await answer.text()
        expect(text).toContain(people[index]?.email)
        expect(text).not.toContain(people[1 - index]?.email)
      }),
    ),
  )
  await Promise.all(contexts.map((context) => context.close()))
})

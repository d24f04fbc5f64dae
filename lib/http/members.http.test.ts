import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { openBrowserSession, type BrowserSession } from '@/lib/testing/browser-session'
import { addPerson, type TestPerson } from '@/lib/testing/person'
import { builtServerActions, callAction, type ServerAction } from '@/lib/testing/server-actions'
import { useTestContainer } from '@/lib/testing/test-container'
import { useApp } from '@/lib/testing/use-app'
import { useTestDatabase } from '@/lib/testing/use-test-database'

const suite = useTestDatabase()
const adapters = useTestContainer(suite)
const app = useApp(suite)

let ada: TestPerson
/** A viewer in Ada's account, signed in and looking at it. */
let bob: TestPerson
let browser: BrowserSession

beforeAll(async () => {
  ada = await addPerson(adapters())
  bob = await addPerson(adapters())
})

beforeEach(async () => {
  const { sql } = suite.db
  await sql`delete from rate_limit`
  await sql`
    insert into member (account_id, user_id, role) values (${ada.actor.accountId}, ${bob.actor.userId}, 'viewer')
      on conflict (account_id, user_id) do update set role = 'viewer'`
  browser = openBrowserSession(app().url)
  await browser.signIn(bob)
  await sql`update session set account_id = ${ada.actor.accountId} where user_id = ${bob.actor.userId}`
})

function action(name: string): ServerAction {
  const found = builtServerActions().find(
    (candidate) => candidate.name === name && !candidate.file.includes('/admin/'),
  )
  if (found === undefined) throw new Error(`The build has no action ${name}.`)
  return found
}

const form = (fields: Readonly<Record<string, string>>) => {
  const data = new FormData()
  for (const [name, value] of Object.entries(fields)) data.set(name, value)
  return data
}

describe('a viewer', () => {
  test.each([
    ['/billing', 'Billing'],
    ['/numbers', 'Numbers'],
    ['/activity', 'Activity'],
    ['/settings/api-keys', 'Not for viewers'],
    ['/settings/members', 'Members'],
    ['/settings/organisation', 'Your organisations'],
    ['/settings/auto-top-up', 'Auto top-up'],
    ['/settings/notifications', 'Notifications'],
    ['/settings/security', 'Personal tokens'],
  ])('sees %s without what they may not do', async (path, words) => {
    const html = await (await browser.request(path)).text()
    expect(html).toContain(words)
    for (const deed of ['Add credits', 'Buy number', 'Create key', '>Invite', 'Change role', 'Remove<']) {
      expect(html.includes(deed), deed).toBe(false)
    }
  })
})

describe('a change of role', () => {
  test('counts from the next request on, and so does its end', async () => {
    const invite = () =>
      callAction(browser, action('invite'), [
        { kind: 'asking' },
        form({ email: 'friend@example.com', role: 'viewer' }),
      ])
    const invited = async () => (await suite.db.sql`select from invitation`).length
    await invite()
    expect(await invited()).toBe(0)
    await suite.db.sql`
      update member set role = 'owner'
        where account_id = ${ada.actor.accountId} and user_id = ${bob.actor.userId}`
    await invite()
    expect(await invited()).toBe(1)
    await suite.db.sql`
      delete from member where account_id = ${ada.actor.accountId} and user_id = ${bob.actor.userId}`
    expect(await (await browser.request('/settings/members')).text()).not.toContain(ada.email)
  })
})

describe('switching', () => {
  const chosen = async () => {
    const [row] = await suite.db.sql<{ account_id: bigint | null }[]>`
      select account_id from session where user_id = ${bob.actor.userId} order by created_at desc limit 1`
    return row?.account_id
  }
  const slugOf = async ({ actor }: TestPerson) =>
    (await suite.db.sql<{ slug: string }[]>`select slug from account where id = ${actor.accountId}`)[0]
      ?.slug ?? ''

  test('goes to an organisation of one’s own, and to no other', async () => {
    const eve = await addPerson(adapters())
    await callAction(browser, action('switchTo'), [form({ slug: await slugOf(bob) })])
    expect(await chosen()).toBe(bob.actor.accountId)
    await callAction(browser, action('switchTo'), [form({ slug: await slugOf(eve) })])
    expect(await chosen()).toBe(bob.actor.accountId)
    expect(await (await browser.request('/settings/members')).text()).not.toContain(eve.email)
  })
})

describe('an invitation', () => {
  test('shows its page to who has the link, and accepts nothing by being looked at', async () => {
    const eve = await addPerson(adapters())
    await suite.db.sql`
      update member set role = 'owner'
        where account_id = ${ada.actor.accountId} and user_id = ${bob.actor.userId}`
    await callAction(browser, action('invite'), [
      { kind: 'asking' },
      form({ email: eve.email, role: 'viewer' }),
    ])
    const [mail] = await suite.db.sql<{ token: string }[]>`
      select data->>'token' as token from mail where recipient = ${eve.email}`
    const path = `/invitation?token=${mail?.token ?? ''}`
    const visitor = openBrowserSession(app().url)
    await visitor.signIn(eve)
    const page = await (await visitor.request(path)).text()
    expect(page).toContain('Accept invitation')
    const isMember = async () =>
      (
        await suite.db.sql`
          select from member where account_id = ${ada.actor.accountId} and user_id = ${eve.actor.userId}`
      ).length
    expect(await isMember()).toBe(0)
    await callAction(browser, action('accept'), [null, form({ token: mail?.token ?? '' })])
    expect(await isMember()).toBe(0)
    const accepted = await callAction(visitor, action('accept'), [null, form({ token: mail?.token ?? '' })])
    expect(accepted.headers.get('x-action-redirect') ?? '').toContain('/billing')
    expect(await isMember()).toBe(1)
    expect(await (await visitor.request('/settings/members')).text()).toContain(ada.email)
    expect(app().program.output()).not.toContain(mail?.token)
  })

  test.each([
    ['no token', '/invitation'],
    ['an empty one', '/invitation?token='],
    ['two', '/invitation?token=x&token=y'],
    ['a long one', `/invitation?token=${'x'.repeat(5000)}`],
  ])('that is none says so: %s', async (_what, path) => {
    const response = await openBrowserSession(app().url).request(path)
    expect(response.status).toBe(200)
    expect(await response.text()).toContain('This invitation is not valid')
  })
})

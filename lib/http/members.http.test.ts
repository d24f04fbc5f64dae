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
  const found = builtServerActions().find((candidate) => candidate.name === name)
  if (found === undefined) throw new Error(`The build has no action ${name}.`)
  return found
}

const form = (fields: Readonly<Record<string, string>>) => {
  const data = new FormData()
  for (const [name, value] of Object.entries(fields)) data.set(name, value)
  return data
}

/** Everything of Ada's account that a deed could change, and of the account itself. */
async function stateOfAda(): Promise<unknown> {
  const { accountId } = ada.actor
  return suite.db.sql`
    select (select jsonb_agg(m order by m.user_id) from member m where account_id = ${accountId}) as members,
      (select jsonb_agg(k order by k.id) from api_key k where account_id = ${accountId}) as keys,
      (select jsonb_agg(i order by i.id) from invitation i where account_id = ${accountId}) as invitations,
      (select jsonb_agg(o order by o.id) from credit_order o where account_id = ${accountId}) as orders,
      (select jsonb_agg(n order by n.id) from phone_number n where account_id = ${accountId}) as numbers,
      (select jsonb_agg(p order by p.id) from purchase p where account_id = ${accountId}) as purchases,
      (select to_jsonb(t) from auto_top_up t where account_id = ${accountId}) as auto_top_up,
      (select to_jsonb(a) from account a where id = ${accountId}) as account,
      (select count(*)::int from ledger.posting where account_id = ${accountId}) as postings`
}

describe('a viewer', () => {
  test('changes nothing of the account by any action of any page', async () => {
    const [key] = await suite.db.sql<{ id: string }[]>`
      select id from api_key where account_id = ${ada.actor.accountId}`
    const [number] = await suite.db.sql<{ id: string }[]>`
      select id from phone_number where account_id = ${ada.actor.accountId}`
    const before = await stateOfAda()
    const data = form({
      name: 'Taken over',
      slug: 'taken-over',
      email: 'friend@example.com',
      role: 'owner',
      userId: bob.actor.userId,
    })
    // These are about bob himself, or about whom the browser is.
    const own = new Set(['switchTo', 'createNew', 'leave', 'signIn', 'signUp', 'signOut', 'accept'])
    const actions = builtServerActions().filter(({ name }) => !own.has(name))
    expect(actions.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['invite', 'changeRole', 'remove', 'revoke', 'saveNames', 'createKey']),
    )
    for (const built of actions) {
      for (const args of [
        [{ kind: 'asking' }, data],
        [key?.id],
        [number?.id],
        [ada.actor.userId],
        [{ email: 'friend@example.com', role: 'owner' }],
        [null],
      ]) {
        const response = await callAction(browser, built, args)
        await response.text()
        // What was never meant to be sent is refused as anything else, in the action's own words.
        expect([built.name, response.status < 500]).toEqual([built.name, true])
        await suite.db.sql`delete from rate_limit`
      }
    }
    expect(await stateOfAda()).toEqual(before)
  })

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

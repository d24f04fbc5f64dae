import { randomBytes } from 'node:crypto'
import { expect, test as base, type Browser, type Page } from '@playwright/test'
import postgres from 'postgres'
import { hashedSessionAdapter } from '@/lib/auth/hashed-sessions'
import { sessionCookie } from '@/lib/auth/session-cookie'
import { startCreditsCheckout } from '@/lib/core/top-ups/start-credits-checkout'
import { openAccount } from '@/lib/core/accounts/open-account'
import { checkInvariants } from '@/lib/core/invariants/check-invariants'
import type { Context } from '@/lib/core/context'
import { parseEnv } from '@/lib/env'
import { usdFromCents } from '@/lib/kit/money'
import { makeContext, openContainer, type Container } from '@/lib/server/container'
import { startStack, type Stack } from '@/lib/testing/start-stack'
import { memberActor } from '@/lib/testing/test-context'
import { holdTestServer } from '@/lib/testing/test-server'
import { watchPage, type PageWatch } from './watch-page'

export { expect }

/** A person with an account of their own, as sign-up leaves it: one number and a welcome credit of 5.00. */
export type Member = Readonly<{
  email: string
  password: string
  accountId: bigint
  /** What a verb is given in the person's name. */
  context(): Promise<Context>
}>

export type Site = Readonly<{ stack: Stack; container: Container }>
type Fixtures = {
  member: Member
  /** What the page complained of; anything not allowed by name fails the test. */
  watch: PageWatch
  /** A page on which `member` is signed in. */
  signedIn: Page
}

/** The whole product for each of Playwright's workers: the built app, the worker, the local Stripe, PostgreSQL. */
export const test = base.extend<Fixtures, { site: Site }>({
  site: [
    async ({}, provide) => {
      const held = await holdTestServer()
      const stack = await startStack(held.server)
      const container = openContainer(parseEnv({ ...stack.environment, LOG_LEVEL: 'silent' }), 'worker')
      try {
        await provide({ stack, container })
        expect(await checkInvariants(stack.database.db.sql)).toEqual([])
      } finally {
        await container.close()
        await stack.stop()
        await held.release()
      }
    },
    { scope: 'worker', timeout: 300_000 },
  ],
  baseURL: async ({ site }, provide) => provide(site.stack.appUrl),
  member: async ({ site }, provide) => provide(await openMember(site)),
  watch: [
    async ({ context, site }, provide) => {
      const watch = await watchPage(context, [site.stack.appUrl, site.stack.stripeUrl])
      await provide(watch)
      expect(watch.complaints()).toEqual([])
    },
    { auto: true },
  ],
  signedIn: async ({ page, site, member }, provide) => {
    await signIn(page, site, member)
    await provide(page)
  },
})

/** Opens an account by the same verb as sign-up, without counting against the sign-ups of this machine. */
export async function openMember({ container }: Site): Promise<Member> {
  const email = `ada.${randomBytes(6).toString('hex')}@example.com`
  const password = 'correct horse battery'
  const system = await makeContext(container, { kind: 'system', name: 'test' }, 'req_test')
  const opened = await openAccount(system, {
    email,
    name: null,
    password,
    welcome: usdFromCents(500),
    pepper: container.env.API_KEY_PEPPER,
  })
  if (opened.status !== 'opened') throw new Error('A fresh e-mail opens an account.')
  const actor = memberActor(opened.accountId, opened.userId)
  return {
    email,
    password,
    accountId: opened.accountId,
    context: () => makeContext(container, actor, 'req_test'),
  }
}

/** Gives the browser a session of this person, as signing in would. */
export async function signIn(page: Page, { container, stack }: Site, member: Member): Promise<void> {
  const sessionToken = randomBytes(32).toString('base64url')
  const { actor } = await member.context()
  if (actor.kind !== 'user') throw new Error('A member is a user.')
  await hashedSessionAdapter(container.databases.app).createSession?.({
    sessionToken,
    userId: actor.userId,
    expires: new Date(Date.now() + 3_600_000),
  })
  const { name } = sessionCookie(stack.appUrl)
  await page.context().addCookies([{ name, value: sessionToken, url: stack.appUrl }])
}

/** Makes the person known to Stripe, as the first Checkout does: only then has the page saved cards to ask for. */
export async function becomeCustomer(member: Member): Promise<void> {
  await startCreditsCheckout(await member.context(), { returnUrl: null, idempotencyKey: null })
}

/** A statement that the application itself may not make. */
export async function asOwner(
  site: Site,
  run: (sql: postgres.Sql<{ bigint: bigint }>) => Promise<unknown>,
): Promise<void> {
  const sql = postgres(site.stack.database.ownerUrl, { max: 1, types: { bigint: postgres.BigInt } })
  await run(sql)
  await sql.end()
}

/** From now on the person may look at the account and change nothing. */
export async function becomeViewer(site: Site, { accountId }: Member): Promise<void> {
  await asOwner(site, (sql) => sql`update member set role = 'viewer' where account_id = ${accountId}`)
}

/** From the next request on the person is staff: the console is there for them. */
export async function becomeStaff(site: Site, { email }: Member): Promise<void> {
  await asOwner(site, (sql) => sql`update "user" set is_staff = true where email = ${email}`)
}

/** A page on which someone of the staff is signed in. */
export async function staffPage(site: Site, browser: Browser): Promise<Page> {
  const staff = await openMember(site)
  await becomeStaff(site, staff)
  const context = await browser.newContext({ baseURL: site.stack.appUrl })
  const page = await context.newPage()
  await signIn(page, site, staff)
  return page
}

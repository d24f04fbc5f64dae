import type { Page } from '@playwright/test'
import { createApiKey } from '@/lib/core/api-keys/create-api-key'
import { ensureCustomer } from '@/lib/core/customers/ensure-customer'
import { inviteMember } from '@/lib/core/members/invite-member'
import { recordUsage } from '@/lib/core/usage/record-usage'
import { usd } from '@/lib/kit/money'
import { localStripeControls } from '@/lib/testing/local-stripe'
import { expectAccessible, overflow } from './expect-accessible'
import { asOwner, expect, openMember, signIn, test, type Member, type Site } from './product'

const REASON = 'They asked why the last call cost so much'
const PAGES = [
  '/billing',
  '/numbers',
  '/subscription',
  '/activity',
  '/billing/invoices',
  '/billing/payment-methods',
  '/settings/organisation',
  '/settings/members',
  '/settings/auto-top-up',
  '/settings/notifications',
  '/settings/api-keys',
  '/settings/security',
  '/settings/access',
]
/** What there is to press in a look: the way back, the menu, and copying a command. */
const HARMLESS = /^(Stop looking into .*|.*Account menu|Copy)$/

const READS = ['/api/v1/billing', '/api/v1/billing/activity', '/api/v1/numbers']
const DEEDS = [
  ['POST', '/api/v1/billing/checkout/credits'],
  ['POST', '/api/v1/billing/checkout/subscription'],
  ['POST', '/api/v1/billing/subscription/change'],
  ['DELETE', '/api/v1/billing/payment-methods/pm_1'],
] as const

const banner = (page: Page) => page.getByRole('complementary', { name: 'Impersonation' })

async function openStaff(site: Site): Promise<Member> {
  const staff = await openMember(site)
  const { actor } = await staff.context()
  const userId = actor.kind === 'user' ? actor.userId : ''
  await asOwner(
    site,
    (sql) => sql`update "user" set is_staff = true, name = 'Priya Raman' where id = ${userId}`,
  )
  return staff
}

/** Something on every page. */
async function becomeBusy(site: Site, member: Member): Promise<void> {
  const ctx = await member.context()
  const call = { id: 'c', numberId: null, fareName: 'Call', billedQuantity: 3, occurredAt: ctx.now() }
  await recordUsage(ctx, [{ ...call, amount: usd(1_230_000n) }])
  const pepper = site.container.env.API_KEY_PEPPER
  await createApiKey(ctx, { name: 'Export', scopes: ['billing:read'], pepper })
  await inviteMember(ctx, { email: 'guest@example.com', role: 'viewer' })
  const customer = await ensureCustomer(ctx, null)
  await localStripeControls(site.stack.stripeUrl).client.paymentMethods.attach('pm_card_visa', { customer })
}

async function lookInto(page: Page, { accountId }: Member): Promise<void> {
  await page.goto(`/admin/accounts/${String(accountId)}/access`)
  await page.getByLabel('Reason').fill(REASON)
  await page.getByRole('button', { name: 'Look into this account' }).click()
  await expect(page).toHaveURL(/\/billing$/)
  await expect(banner(page)).toContainText(REASON)
}

test('staff see what the customer sees and change nothing, and its owner sees that they did', async ({
  page,
  browser,
  site,
  member,
  watch,
}) => {
  test.setTimeout(180_000)
  watch.allow(/40[34]/)
  await becomeBusy(site, member)
  await signIn(page, site, await openStaff(site))
  await lookInto(page, member)

  for (const path of PAGES) {
    await page.goto(path)
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
    await page.waitForLoadState('networkidle')
    await expect(banner(page), path).toBeVisible()
    await expect(page.getByText('Something went wrong'), path).toHaveCount(0)
    const buttons = await page.getByRole('button').allTextContents()
    expect(
      buttons.filter((text) => !HARMLESS.test(text)),
      path,
    ).toEqual([])
    expect(await page.locator('input:not([type=hidden]), select, textarea').count(), path).toBe(0)
    expect(await overflow(page), path).toBe(0)
  }
  await expectAccessible(page, 'the access log in a look')
  for (const path of ['/nothing', '/admin', '/admin/accounts']) {
    expect((await page.goto(path))?.status(), path).toBe(404)
    await expect(banner(page), path).toBeVisible()
  }

  const { request } = page.context()
  for (const path of READS) expect((await request.get(path)).status(), path).toBe(200)
  for (const [method, path] of DEEDS) {
    const headers = { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin' }
    const answer = await request.fetch(path, { method, headers, data: method === 'POST' ? {} : undefined })
    expect(answer.status(), path).toBe(403)
    expect(await answer.json()).toEqual({ error: 'Not available during impersonation.' })
  }
  expect((await request.get('/activity/export')).status()).toBe(403)

  const theirs = await (await browser.newContext({ baseURL: site.stack.appUrl })).newPage()
  await signIn(theirs, site, member)
  await theirs.goto('/settings/access')
  const look = theirs.getByRole('list', { name: 'Who looked in' }).getByRole('listitem').first()
  await expect(look).toContainText('Priya Raman')
  await expect(look).toContainText(REASON)
  await expect(look).toContainText('Looking now')
  await look.getByText('What was looked at').click()
  await expect(look).toContainText('Payment methods')
  await expect(look).toContainText('DELETE /api/v1/billing/payment-methods/pm_1')
  await expectAccessible(theirs, 'the access log')
  await theirs.getByRole('button', { name: 'Let nobody in' }).click()
  await expect(theirs.getByText('Nobody of our staff may look')).toBeVisible()
  await theirs.context().close()

  await page.goto('/billing')
  await expect(page).toHaveURL(/\/impersonation$/)
  await expect(page.getByText('lets nobody in any more')).toBeVisible()
  await expectAccessible(page, 'a look that is over')
  await page.getByRole('button', { name: 'Go back' }).click()
  await expect(page.getByText('lets nobody of the staff in')).toBeVisible()
  await expect(banner(page)).toHaveCount(0)
})

test('a look ends in every tab, by its button or by its time, and stands over pages that fail', async ({
  page,
  context,
  site,
  member,
  watch,
}) => {
  await signIn(page, site, await openStaff(site))
  await lookInto(page, member)
  const other = await context.newPage()
  await other.goto('/numbers')
  await expect(banner(other)).toBeVisible()
  await banner(page).getByRole('button', { name: /^Stop/ }).focus()
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(new RegExp(`/admin/accounts/${String(member.accountId)}/access$`))
  await expect(banner(page)).toHaveCount(0)
  await expect(banner(other)).toHaveCount(0)

  await lookInto(page, member)
  watch.allow(/500|Minified React error #441/)
  await asOwner(site, (sql) => sql`revoke select on phone_number from talktime_readonly`)
  await page.goto('/numbers')
  await expect(page.getByRole('heading', { name: 'Something went wrong on our side' })).toBeVisible()
  await expect(banner(page)).toBeVisible()
  await asOwner(site, (sql) => sql`grant select on phone_number to talktime_readonly`)

  await asOwner(
    site,
    (sql) => sql`
      update impersonation set expires_at = clock_timestamp() + interval '3 seconds'
        where account_id = ${member.accountId} and ended_at is null`,
  )
  await page.goto('/billing')
  await expect(page.getByRole('timer')).toHaveText(/^0:0/)
  await expect(page).toHaveURL(/\/impersonation$/)
  await expect(page.getByText('Its time is over')).toBeVisible()
})

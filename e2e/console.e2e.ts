import type { Page } from '@playwright/test'
import { startCreditsCheckout } from '@/lib/core/top-ups/start-credits-checkout'
import { settleCheckout } from '@/lib/core/top-ups/settle-checkout'
import { recordUsage } from '@/lib/core/usage/record-usage'
import { appointStaff } from '@/lib/dev/seed/appoint-staff'
import { usd } from '@/lib/kit/money'
import { localStripeControls } from '@/lib/testing/local-stripe'
import { expectWell } from './expect-accessible'
import { expect, openMember, signIn, test, type Member, type Site } from './product'

test.describe.configure({ timeout: 180_000 })

/** Signs a person in who is staff. */
async function openConsole(page: Page, site: Site): Promise<void> {
  const staff = await openMember(site)
  const { actor } = await staff.context()
  await appointStaff(site.stack.database.ownerUrl, actor.kind === 'user' ? actor.userId : '')
  await signIn(page, site, staff)
}

/** An account with something on each of its pages. */
async function openBusyAccount(site: Site): Promise<Member> {
  const member = await openMember(site)
  const context = await member.context()
  const usage = { id: 'call', numberId: null, fareName: 'Outbound call, US', billedQuantity: 3 }
  await recordUsage(context, [{ ...usage, amount: usd(42_000n), occurredAt: context.now() }])
  const { clientSecret } = await startCreditsCheckout(context, { returnUrl: null, idempotencyKey: null })
  const sessionId = clientSecret.split('_secret_')[0] ?? ''
  await localStripeControls(site.stack.stripeUrl).pay(sessionId, { cents: 2_500, save: true })
  await settleCheckout(await member.context(), sessionId)
  return member
}

const PAGES = [
  ['Activity', 'Outbound call, US'],
  ['Ledger', 'Nothing was made or lost'],
  ['Stripe', 'In Checkout'],
  ['Alerts and mails', 'No mails'],
  ['People and keys', 'Owner'],
] as const

test('staff find an account by what its people say of it, and read everything of it', async ({
  page,
  site,
  watch,
}) => {
  watch.allow(/404/)
  const member = await openBusyAccount(site)
  await openConsole(page, site)
  await page.goto('/billing')
  await page.getByRole('button', { name: 'Account menu' }).click()
  await page.getByRole('link', { name: 'Console' }).click()
  await page.getByRole('link', { name: 'Find an account' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Accounts' })).toBeVisible()
  await page.getByRole('searchbox', { name: 'Search accounts' }).fill('nobody of this name')
  await page.keyboard.press('Enter')
  await expect(page.getByText('Nothing found')).toBeVisible()
  await expectWell(page, 'a search that finds nothing')
  await page.getByRole('searchbox', { name: 'Search accounts' }).fill(member.email)
  await page.keyboard.press('Enter')
  const hits = page.getByRole('list', { name: 'Found' }).getByRole('listitem')
  const hit = hits.filter({ hasText: 'Member:' })
  await expect(hit).toContainText(`Member: ${member.email}`)
  await expectWell(page, 'a search that finds someone')
  await hit.getByRole('link').click()
  await expect(page.getByRole('region', { name: 'Balance' })).toContainText('$29.95')
  await expect(page.getByRole('region', { name: 'Payment methods' })).toContainText('4242')
  await expectWell(page, 'the overview')
  for (const [name, text] of PAGES) {
    await page.getByRole('navigation', { name: 'Account' }).getByRole('link', { name }).click()
    await expect(page.getByRole('heading', { level: 1, name })).toBeVisible()
    await expect(page.getByText(text).first()).toBeVisible()
    await expectWell(page, name)
  }
  await page.goto('/admin/accounts/999999')
  await expect(page.getByRole('heading', { level: 1, name: 'Nothing here' })).toBeVisible()
  await page.getByRole('button', { name: 'Staff menu' }).click()
  await expectWell(page, 'the staff menu')
})

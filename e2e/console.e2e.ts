import type { Page } from '@playwright/test'
import { startCreditsCheckout } from '@/lib/core/top-ups/start-credits-checkout'
import { settleCheckout } from '@/lib/core/top-ups/settle-checkout'
import { recordUsage } from '@/lib/core/usage/record-usage'
import { appointStaff } from '@/lib/dev/seed/appoint-staff'
import { usd } from '@/lib/kit/money'
import { localStripeControls } from '@/lib/testing/local-stripe'
import { expectAccessible, overflow } from './expect-accessible'
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
  await expect(page.getByRole('heading', { level: 1, name: 'Accounts' })).toBeVisible()
  await page.getByRole('searchbox', { name: 'Search accounts' }).fill('nobody of this name')
  await page.keyboard.press('Enter')
  await expect(page.getByText('Nothing found')).toBeVisible()
  await page.getByRole('searchbox', { name: 'Search accounts' }).fill(member.email)
  await page.keyboard.press('Enter')
  const hits = page.getByRole('list', { name: 'Found' }).getByRole('listitem')
  const hit = hits.filter({ hasText: 'Member:' })
  await expect(hit).toContainText(`Member: ${member.email}`)
  await hit.getByRole('link').click()
  await expect(page.getByRole('region', { name: 'Balance' })).toContainText('$29.95')
  await expect(page.getByRole('region', { name: 'Payment methods' })).toContainText('4242')
  for (const [name, text] of PAGES) {
    await page.getByRole('navigation', { name: 'Account' }).getByRole('link', { name }).click()
    await expect(page.getByRole('heading', { level: 1, name })).toBeVisible()
    await expect(page.getByText(text).first()).toBeVisible()
  }
  await page.goto('/admin/accounts/999999')
  await expect(page.getByRole('heading', { level: 1, name: 'Nothing here' })).toBeVisible()
})

for (const colorScheme of ['light', 'dark'] as const) {
  for (const width of [390, 1440]) {
    test.describe(`in the ${colorScheme}, ${width.toString()} wide`, () => {
      test.use({ colorScheme, viewport: { width, height: 900 } })

      test('no page of the console about accounts is inaccessible or cut off', async ({
        page,
        site,
        watch,
      }) => {
        watch.allow(/404/)
        const { accountId, email } = await openBusyAccount(site)
        await openConsole(page, site)
        const account = `/admin/accounts/${String(accountId)}`
        const ends = ['', '/activity', '/ledger', '/stripe', '/mails', '/people']
        const search = `/admin/accounts?q=${encodeURIComponent(email)}`
        for (const path of [
          '/admin/accounts',
          search,
          '/admin/accounts/0',
          ...ends.map((end) => account + end),
        ]) {
          await page.goto(path)
          await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
          await page.waitForLoadState('networkidle')
          await expectAccessible(page, path)
          expect(await overflow(page), path).toBe(0)
        }
        await page.getByRole('button', { name: 'Staff menu' }).click()
        await expectAccessible(page, 'the staff menu')
      })
    })
  }
}

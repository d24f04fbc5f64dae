import type { Page } from '@playwright/test'
import { recordUsage } from '@/lib/core/usage/record-usage'
import { usd } from '@/lib/kit/money'
import { ACCEPTED, balanceOn, openCheckout } from './checkout-form'
import { expectWell } from './expect-accessible'
import { expect, test } from './product'

const PUBLIC_PAGES = ['/sign-in', '/sign-up', '/invitation', '/nothing']
const PAGES = [
  '/billing',
  '/settings/api-keys',
  '/settings/organisation',
  '/settings/members',
  '/settings/security',
  '/settings/access',
  '/settings/notifications',
  '/settings/auto-top-up',
  '/billing/return?session_id=cs_test_other',
]

test('no page is inaccessible or cut off', async ({ page, watch }) => {
  watch.allow(/404/)
  for (const path of PUBLIC_PAGES) {
    await page.goto(path)
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
    await expectWell(page, path)
  }
})

test('no page behind the sign-in is inaccessible or cut off', async ({ signedIn: page, watch }) => {
  watch.allow(/404/)
  for (const path of PAGES) {
    await page.goto(path)
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
    await page.waitForLoadState('networkidle')
    await expectWell(page, path)
  }
  await page.getByRole('link', { name: 'Back to billing' }).click()
  await expect(page.getByText('No saved cards')).toBeVisible()
  await page.getByRole('button', { name: 'Account menu' }).click()
  await expectWell(page, 'the account menu')
  await page.keyboard.press('Escape')
  await openCheckout(page)
  await expectWell(page, 'Checkout')
})

test('no dialog about API keys is inaccessible', async ({ signedIn: page }) => {
  await page.goto('/settings/api-keys')
  await page.getByRole('button', { name: 'Create key' }).click()
  await expectWell(page, 'naming a key')
  await page.getByLabel('Name').fill('   ')
  await page.getByRole('dialog').getByRole('button', { name: 'Create key' }).click()
  await expect(page.getByLabel('Name')).toHaveAttribute('aria-invalid', 'true')
  await expectWell(page, 'a key without a name')
  await page.getByLabel('Name').fill('Export')
  await page.keyboard.press('Enter')
  await expect(page.getByLabel('Your new API key')).toBeVisible()
  await expectWell(page, 'the new key')
  await page.getByRole('button', { name: 'Done' }).click()
  await page.getByRole('button', { name: 'Revoke Export' }).click()
  await expect(page.getByRole('button', { name: 'Revoke key' })).toBeVisible()
  await expectWell(page, 'revoking the key')
})

test('no dialog about members and access tokens is inaccessible', async ({ signedIn: page }) => {
  await page.goto('/settings/members')
  await page.getByRole('button', { name: 'Invite' }).click()
  await expectWell(page, 'inviting someone')
  await page.getByLabel('E-mail').fill('guest@example.com')
  await page.keyboard.press('Enter')
  await expect(page.getByText('The invitation is on its way')).toBeVisible()
  await expectWell(page, 'the invitation is sent')
  await page.getByRole('button', { name: 'Done' }).click()
  await expect(page.getByRole('list', { name: 'Invitations' })).toBeVisible()
  await expectWell(page, 'an open invitation')
  await page.getByRole('button', { name: 'Change role' }).click()
  await expectWell(page, 'changing a role')
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Leave' }).click()
  await expectWell(page, 'leaving')
  await page.goto('/settings/security')
  await page.getByRole('button', { name: 'Create token' }).click()
  await expectWell(page, 'naming a token')
  await page.getByLabel('Name').fill('Export')
  await page.keyboard.press('Enter')
  await expect(page.getByLabel('Your new access token')).toBeVisible()
  await expectWell(page, 'the new token')
})

test('the notice of a balance below zero is accessible', async ({ signedIn: page, member }) => {
  const ctx = await member.context()
  const usage = {
    id: 'call',
    numberId: null,
    fareName: 'Call',
    billedQuantity: 1,
    occurredAt: ctx.now(),
  }
  await recordUsage(ctx, [{ ...usage, amount: usd(6_000_000n) }])
  await page.goto('/billing')
  await expect(page.getByText('Your numbers will be released')).toBeVisible()
  await expect(page.getByText('No saved cards')).toBeVisible()
  await expectWell(page, 'a balance below zero')
})

test('the keyboard alone signs in, tops up, makes a key and signs out', async ({ page, member }) => {
  await page.goto('/sign-in')
  await press(page, 'Tab', () => page.getByLabel('E-mail'))
  await page.keyboard.type(member.email)
  await page.keyboard.press('Tab')
  await page.keyboard.type(member.password)
  await page.keyboard.press('Enter')
  await expect(balanceOn(page)).toHaveText('$5.00')

  await press(page, 'Tab', () => page.getByRole('button', { name: 'Add credits' }))
  await page.keyboard.press('Enter')
  const form = page.getByRole('dialog').frameLocator('iframe')
  await expect(form.getByLabel('Card number')).toBeVisible()
  await press(page, 'Tab', () => form.getByLabel('Amount'))
  await page.keyboard.press('ControlOrMeta+a')
  await page.keyboard.type('12.00')
  await press(page, 'Tab', () => form.getByLabel('Card number'))
  for (const text of [ACCEPTED, '1240', '123', 'Ada Example']) {
    await page.keyboard.type(text)
    await page.keyboard.press('Tab')
  }
  await page.keyboard.press('Space')
  await page.keyboard.press('Enter')
  await expect(balanceOn(page)).toHaveText('$17.00')
  await expect(page.getByRole('button', { name: 'Add credits' })).toBeFocused()

  await press(page, 'Shift+Tab', () => page.getByRole('link', { name: 'Settings' }))
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { level: 1, name: 'Organisation' })).toBeVisible()
  await press(page, 'Tab', () => page.getByRole('link', { name: 'API keys' }))
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { level: 1, name: 'API keys' })).toBeVisible()
  await press(page, 'Tab', () => page.getByRole('button', { name: 'Create key' }))
  await page.keyboard.press('Enter')
  await page.keyboard.type('Keyboard')
  await page.keyboard.press('Enter')
  await expect(page.getByLabel('Your new API key')).toBeFocused()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('button', { name: 'Create key' })).toBeFocused()

  await press(page, 'Shift+Tab', () => page.getByRole('button', { name: 'Account menu' }))
  await page.keyboard.press('Enter')
  await press(page, 'Tab', () => page.getByRole('button', { name: 'Sign out' }))
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/\/sign-in$/)
})

test('the focus is always seen', async ({ signedIn: page }) => {
  await page.goto('/billing')
  await expect(page.getByText('No saved cards')).toBeVisible()
  for (let step = 0; step < 12; step++) {
    await page.keyboard.press('Tab')
    const outline = await page.evaluate(() => {
      const focused = document.activeElement
      return focused === null || focused === document.body ? null : getComputedStyle(focused).outlineStyle
    })
    if (outline !== null) expect(outline).toBe('solid')
  }
})

/** Presses until the element has the focus; a page with more stops than this is no page of ours. */
async function press(page: Page, key: string, target: () => ReturnType<Page['locator']>): Promise<void> {
  for (let count = 0; count < 30; count++) {
    await page.keyboard.press(key)
    if (await target().evaluate((element) => element.matches(':focus'))) return
  }
  await expect(target()).toBeFocused()
}

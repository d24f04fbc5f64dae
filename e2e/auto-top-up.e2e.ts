import type { Page } from '@playwright/test'
import { ensureCustomer } from '@/lib/core/customers/ensure-customer'
import { localStripeControls } from '@/lib/testing/local-stripe'
import { saveCard } from '@/lib/testing/purchases'
import { expectAccessible, expectWell } from './expect-accessible'
import { expect, openMember, signIn, test, type Member, type Site } from './product'

const PATH = '/settings/auto-top-up'

/** A saved card, which is the default; `card` is one of Stripe's `pm_card_…`. */
async function giveCard({ stack }: Site, member: Member, card = 'pm_card_visa'): Promise<void> {
  const stripe = localStripeControls(stack.stripeUrl)
  const customerId = await ensureCustomer(await member.context(), null)
  const id = await saveCard(stripe, customerId, card)
  await stripe.client.customers.update(customerId, { invoice_settings: { default_payment_method: id } })
}

const worstCase = (page: Page) => page.getByRole('region', { name: /At most in/ })
const rows = (page: Page) => page.getByRole('table', { name: 'What it charged' }).getByRole('row')
const save = (page: Page) => page.getByRole('button', { name: 'Save' }).click()

test('switched on below the threshold it charges at once, says so, and goes off again', async ({
  signedIn: page,
  site,
  member,
}) => {
  await giveCard(site, member)
  await page.goto(PATH)
  await expect(page.getByText('Nothing yet')).toBeVisible()
  await expect(worstCase(page)).toContainText('It is switched off')
  await expect(page.getByLabel('Pay with')).toContainText('Default: Visa ending in 4242')

  await page.getByLabel('Top up by itself').check()
  await expect(worstCase(page)).toContainText('up to $500.00 is charged on')
  await page.getByLabel('Monthly limit').fill('60')
  await expect(worstCase(page)).toContainText('$50.00')
  await expect(worstCase(page)).toContainText('your limit of $60.00 a month ends it')
  await save(page)
  await expect(page.getByText('The balance was below the threshold and has been topped up.')).toBeVisible()
  await expect(rows(page)).toHaveCount(2)
  await expect(rows(page).nth(1)).toContainText('Balance below the threshold')
  await expect(rows(page).nth(1)).toContainText('$25.00')
  await expect(rows(page).nth(1)).toContainText('Added')
  await expect(worstCase(page)).toContainText('$25.00 was charged this month already')

  await page.getByLabel('Top up by itself').uncheck()
  await save(page)
  await expect(page.getByText('Saved.', { exact: true })).toBeVisible()
  await page.reload()
  await expect(page.getByLabel('Top up by itself')).not.toBeChecked()
  await expect(page.getByLabel('Monthly limit')).toHaveValue('60.00')
  await page.goto('/billing')
  await expect(page.getByText('$30.00')).toBeVisible()
})

test('a schedule is part of the worst case, and everything wrong is said at its field', async ({
  signedIn: page,
  site,
  member,
}) => {
  await giveCard(site, member)
  await page.goto(PATH)
  await page.getByLabel('Top up by itself').check()
  await page.getByLabel('Also add credits every month').check()
  await page.getByLabel('Day of the month').selectOption('28')
  await page.getByLabel('Add every month').fill('twenty')
  await expect(worstCase(page)).toContainText('Fill in the amounts')
  await page.getByLabel('Add', { exact: true }).fill('0.50')
  await save(page)
  await expect(page.getByLabel('Add every month')).toHaveAccessibleDescription(/Write an amount in dollars/)
  await page.getByLabel('Add every month').fill('20')
  await save(page)
  await expect(page.getByLabel('Add', { exact: true })).toHaveAccessibleDescription(
    'Must be from $1.00 to $1,000.00',
  )
  await expectAccessible(page, 'a form with mistakes')
  await page.getByLabel('Add', { exact: true }).fill('600')
  await page.getByLabel('When the balance falls below').fill('1')
  await save(page)
  await expect(page.getByText('Saved.', { exact: true })).toBeVisible()
  await page.reload()
  await expect(page.getByLabel('Day of the month')).toHaveValue('28')
})

test('without a card it cannot be switched on, and says where to save one', async ({ signedIn: page }) => {
  await page.goto(PATH)
  await page.getByLabel('Top up by itself').check()
  await save(page)
  await expect(page.getByLabel('Pay with')).toHaveAccessibleDescription(/Save a card/)
})

test('a charge that fails is told with its reason', async ({ signedIn: page, site, member }) => {
  await giveCard(site, member, 'pm_card_chargeCustomerFail')
  await page.goto(PATH)
  await page.getByLabel('Top up by itself').check()
  await save(page)
  await expect(page.getByText('but the charge failed')).toBeVisible()
  await expect(rows(page).nth(1)).toContainText('The card was declined.')
  await expect(page.getByText('The last charge failed')).toBeVisible()
})

test('an answer that is lost on its way is not taken for a refusal', async ({
  signedIn: page,
  site,
  member,
  watch,
}) => {
  watch.allow(/ERR_FAILED/)
  await giveCard(site, member)
  await page.goto(PATH)
  await page.route(
    `**${PATH}`,
    async (route) => {
      await route.fetch()
      await route.abort()
    },
    { times: 1 },
  )
  await page.getByLabel('Top up by itself').check()
  await save(page)
  await expect(page.getByText('Reload to see what is saved, and whether it has charged.')).toBeVisible()
  await page.reload()
  await expect(rows(page).nth(1)).toContainText('Added')
})

test('works by keyboard alone', async ({ signedIn: page, site, member }) => {
  await giveCard(site, member)
  await page.goto(PATH)
  const isOn = page.getByLabel('Top up by itself')
  // What is still on its way to the page takes no focus.
  await expect(isOn).toBeVisible()
  await isOn.focus()
  await page.keyboard.press('Space')
  await expect(isOn).toBeChecked()
  await page.keyboard.press('Tab')
  await expect(page.getByLabel('When the balance falls below')).toBeFocused()
  await page.keyboard.type('4')
  await page.keyboard.press('Enter')
  await expect(page.getByText('Saved.', { exact: true })).toBeVisible()
})

test('whoever may only look sees what is set, and no form', async ({ page, site, member }) => {
  const viewer = await openMember(site)
  await site.container.databases.app.sql`
    update member set role = 'viewer' where account_id = ${viewer.accountId}`
  await signIn(page, site, viewer)
  await page.goto(PATH)
  await expect(page.getByText('You may look at this.')).toBeVisible()
  await expect(page.getByRole('button', { name: 'Save' })).toHaveCount(0)
  expect(member.accountId).not.toBe(viewer.accountId)
})

test('the filled page is accessible and not cut off', async ({ signedIn: page, site, member }) => {
  await giveCard(site, member)
  await page.goto(PATH)
  await page.getByLabel('Top up by itself').check()
  await page.getByLabel('Also add credits every month').check()
  await save(page)
  await expect(page.getByText('has been topped up')).toBeVisible()
  await expectWell(page, PATH)
})

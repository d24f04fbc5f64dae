import type { Page } from '@playwright/test'
import { ensureCustomer } from '@/lib/core/customers/ensure-customer'
import { setDefaultPaymentMethod } from '@/lib/core/payment-methods/set-default-payment-method'
import { localStripeControls } from '@/lib/testing/local-stripe'
import { chargesOf } from '@/lib/testing/purchases'
import { balanceOn } from './checkout-form'
import { expectAccessible, expectWell, overflow } from './expect-accessible'
import { becomeViewer, expect, test, type Member, type Site } from './product'

const quick = (page: Page) => page.getByRole('button', { name: /^Add \$25 with/ })
const dialog = (page: Page) => page.getByRole('dialog', { name: 'Add credits' })
const stripeOf = ({ stack }: Site) => localStripeControls(stack.stripeUrl)

/** Saves these cards, the first as the default; answers the customer's id at Stripe. */
async function saveCards(site: Site, member: Member, cards: readonly string[]): Promise<string> {
  const ctx = await member.context()
  const customer = await ensureCustomer(ctx, null)
  const { client, advance } = stripeOf(site)
  for (const [index, card] of cards.entries()) {
    const { id } = await client.paymentMethods.attach(card, { customer })
    if (index === 0) await setDefaultPaymentMethod(ctx, { paymentMethodId: id })
    await advance(1)
  }
  return customer
}

test('credits are added with a saved card: one click, and a confirmation that says what happens', async ({
  signedIn: page,
  site,
  member,
}) => {
  const customer = await saveCards(site, member, ['pm_card_visa'])
  await page.goto('/billing')
  await expect(quick(page)).toHaveAccessibleName('Add $25 with Visa ending in 4242')
  await quick(page).click()
  await expect(dialog(page)).toContainText('Visa ending in 4242')
  await expect(dialog(page).getByText('New balance').locator('..')).toContainText('$30.00')
  await dialog(page).getByRole('button', { name: 'Pay $25.00' }).click()
  await expect(dialog(page).getByRole('status')).toContainText('$25.00 added')
  await expect(dialog(page).getByRole('status')).toContainText('Your balance is $30.00')
  await dialog(page).getByRole('button', { name: 'Done' }).click()
  await expect(balanceOn(page)).toHaveText('$30.00')
  await expect(quick(page)).toBeFocused()
  expect(await chargesOf(stripeOf(site), customer)).toEqual([2_500])

  // Another opening is another purchase.
  await quick(page).click()
  await dialog(page).getByLabel('Amount in dollars').fill('7.5')
  await page.keyboard.press('Enter')
  await expect(dialog(page).getByRole('status')).toContainText('Your balance is $37.50')
  expect(await chargesOf(stripeOf(site), customer)).toEqual([750, 2_500])
})

test('another amount and another card can be chosen, by keyboard; what is no amount is said', async ({
  signedIn: page,
  site,
  member,
}) => {
  const customer = await saveCards(site, member, ['pm_card_visa', 'pm_card_mastercard'])
  await page.goto('/billing')
  await quick(page).press('Enter')
  const amount = dialog(page).getByLabel('Amount in dollars')
  await expect(amount).toBeFocused()
  await amount.fill('ten')
  await expect(dialog(page).getByRole('button', { name: /^Pay/ })).toBeDisabled()
  await amount.fill('0.10')
  await page.keyboard.press('Enter')
  await expect(amount).toHaveAccessibleDescription(/at least 0\.50 USD/)
  await amount.fill('10')
  await page.keyboard.press('Tab')
  await page.keyboard.press('ArrowDown')
  await expect(dialog(page).getByRole('radio', { name: /Mastercard/ })).toBeChecked()
  await expect(dialog(page).getByText('Mastercard ending in').last()).toBeVisible()
  await dialog(page).getByRole('button', { name: 'Pay $10.00' }).click()
  await expect(dialog(page).getByRole('status')).toContainText('$10.00 added')
  expect(await chargesOf(stripeOf(site), customer)).toEqual([1_000])
})

test('pressing the button many times buys once', async ({ signedIn: page, site, member }) => {
  const customer = await saveCards(site, member, ['pm_card_visa'])
  await page.goto('/billing')
  await quick(page).click()
  await dialog(page)
    .getByRole('button', { name: 'Pay $25.00' })
    .evaluate((button) => {
      for (let press = 0; press < 20; press++) if (button instanceof HTMLElement) button.click()
    })
  await expect(dialog(page).getByRole('status')).toContainText('$25.00 added')
  expect(await chargesOf(stripeOf(site), customer)).toEqual([2_500])
})

test('an answer that is lost on its way is asked for again: the same purchase, charged once', async ({
  signedIn: page,
  site,
  member,
  watch,
}) => {
  watch.allow(/ERR_FAILED/)
  const customer = await saveCards(site, member, ['pm_card_visa'])
  await page.goto('/billing')
  await quick(page).click()
  await page.route(
    '**/billing',
    async (route) => {
      await route.fetch()
      await route.abort()
    },
    { times: 1 },
  )
  await dialog(page).getByRole('button', { name: 'Pay $25.00' }).click()
  await expect(dialog(page).getByRole('alert')).toContainText('The server could not be reached.')
  expect(await chargesOf(stripeOf(site), customer)).toEqual([2_500])
  await dialog(page).getByRole('button', { name: 'Look again' }).click()
  await expect(dialog(page).getByRole('status')).toContainText('$25.00 added')
  expect(await chargesOf(stripeOf(site), customer)).toEqual([2_500])
})

test('a decline is told with its reason, and another card pays', async ({ signedIn: page, site, member }) => {
  const customer = await saveCards(site, member, ['pm_card_chargeCustomerFail', 'pm_card_visa'])
  await page.goto('/billing')
  await quick(page).click()
  await dialog(page).getByRole('button', { name: 'Pay $25.00' }).click()
  await expect(dialog(page).getByRole('alert')).toContainText('The card was declined.')
  await dialog(page).getByRole('radio', { name: /4242/ }).check()
  await dialog(page).getByRole('button', { name: 'Pay $25.00' }).click()
  await expect(dialog(page).getByRole('status')).toContainText('$25.00 added')
  expect(await chargesOf(stripeOf(site), customer)).toEqual([2_500])
})

test('what the bank asks is answered in the browser, and the same payment goes through', async ({
  signedIn: page,
  site,
  member,
}) => {
  const customer = await saveCards(site, member, ['pm_card_authenticationRequired'])
  await page.goto('/billing')
  await quick(page).click()
  await dialog(page).getByRole('button', { name: 'Pay $25.00' }).click()
  await expect(dialog(page).getByRole('status')).toContainText('Your bank wants to hear from you')
  await expectAccessible(page, 'the question of the bank')
  await dialog(page).getByRole('link', { name: 'Confirm the payment' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Confirm your payment of $25.00')
  await expectAccessible(page, 'the page of the link')
  expect(await overflow(page)).toBe(0)
  const [atStripe] = await Promise.all([
    page.waitForEvent('popup'),
    page.getByRole('link', { name: /^Confirm at Stripe/ }).click(),
  ])
  await atStripe.getByRole('button', { name: 'Pay $25.00 with Visa •••• 3184' }).click()
  await expectAccessible(atStripe, 'the bank')
  await atStripe.getByRole('button', { name: 'Deny' }).click()
  await expect(atStripe.getByRole('alert')).toContainText('unable to authenticate')
  await atStripe.getByRole('button', { name: /^Pay/ }).click()
  await atStripe.getByRole('button', { name: 'Approve' }).click()
  await expect(atStripe.getByText(/^Paid [A-Z]\w+ \d/)).toBeVisible()
  await atStripe.close()
  await page.reload()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Payment received')
  await page.getByRole('link', { name: 'Go to billing' }).click()
  await expect(balanceOn(page)).toHaveText('$30.00')
  expect(await chargesOf(stripeOf(site), customer)).toEqual([2_500])
})

test('a payment that waits is shown on the billing page, confirmed from there, and paid there without a reload', async ({
  signedIn: page,
  site,
  member,
}) => {
  await saveCards(site, member, ['pm_card_authenticationRequired'])
  await page.goto('/billing')
  await quick(page).click()
  await dialog(page).getByRole('button', { name: 'Pay $25.00' }).click()
  await dialog(page).getByRole('button', { name: 'Later' }).click()
  await expect(page.getByText('A payment of $25.00 waits for confirmation')).toBeVisible()
  await expectAccessible(page, 'a payment that waits')
  expect(await overflow(page)).toBe(0)
  await page.evaluate(() => Object.assign(window, { notReloaded: true }))
  const atStripe = await page.context().newPage()
  await atStripe.goto(
    (await page.getByRole('link', { name: 'Confirm', exact: true }).getAttribute('href')) ?? '',
  )
  await atStripe.getByRole('button', { name: /^Pay \$25\.00/ }).click()
  await atStripe.getByRole('button', { name: 'Approve' }).click()
  await expect(atStripe.getByText(/^Paid [A-Z]\w+ \d/)).toBeVisible()
  await expect(balanceOn(page)).toHaveText('$30.00')
  expect(await page.evaluate(() => 'notReloaded' in window)).toBe(true)
  await expect(page.getByText('waits for confirmation')).toHaveCount(0)
})

test('a payment whose answer is lost is looked at again, and charged once', async ({
  signedIn: page,
  site,
  member,
}) => {
  const customer = await saveCards(site, member, ['pm_card_visa'])
  const { plan, calm } = stripeOf(site)
  await page.goto('/billing')
  await quick(page).click()
  await plan({ requests: [{ method: 'POST', path: '/v1/invoices/:id/pay', kind: 'reset-after', times: 20 }] })
  try {
    await dialog(page).getByRole('button', { name: 'Pay $25.00' }).click()
    await expect(dialog(page).getByRole('alert')).toContainText('Not confirmed yet')
    await expectAccessible(page, 'a payment that is pending')
  } finally {
    await calm()
  }
  await dialog(page).getByRole('button', { name: 'Look again' }).click()
  await expect(dialog(page).getByRole('status')).toContainText('$25.00 added')
  expect(await chargesOf(stripeOf(site), customer)).toEqual([2_500])
})

test('who may not pay is offered nothing, and a link that nobody was sent opens nothing', async ({
  signedIn: page,
  site,
  member,
  watch,
}) => {
  watch.allow(/404/)
  await saveCards(site, member, ['pm_card_visa'])
  await becomeViewer(site, member)
  await page.goto('/billing')
  await expect(page.getByText('4242')).toBeVisible()
  await expect(quick(page)).toHaveCount(0)
  expect((await page.goto(`/pay/${'a'.repeat(43)}`))?.status()).toBe(404)
})

test('the form is accessible and fits', async ({ signedIn: page, site, member }) => {
  await saveCards(site, member, ['pm_card_visa', 'pm_card_mastercard'])
  await page.goto('/billing')
  await quick(page).click()
  await expect(dialog(page)).toBeVisible()
  await expectWell(page, 'adding credits with a saved card')
})

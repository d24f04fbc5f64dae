import type { Page } from '@playwright/test'
import { ensureCustomer } from '@/lib/core/customers/ensure-customer'
import { listPaymentMethods } from '@/lib/core/payment-methods/list-payment-methods'
import { setDefaultPaymentMethod } from '@/lib/core/payment-methods/set-default-payment-method'
import { localStripeControls } from '@/lib/testing/local-stripe'
import { ACCEPTED, DECLINED } from './checkout-form'
import { expectWell } from './expect-accessible'
import { becomeViewer, expect, test, type Member, type Site } from './product'

const ADDRESS = '/billing/payment-methods'
const rows = (page: Page) => page.getByRole('list', { name: 'Saved' }).getByRole('listitem')
const saved = async (member: Member) => listPaymentMethods(await member.context())

/** A Visa, which is the default, and a Mastercard that was saved after it. */
async function saveTwoCards({ stack }: Site, member: Member): Promise<void> {
  const ctx = await member.context()
  const customer = await ensureCustomer(ctx, null)
  const { client, advance } = localStripeControls(stack.stripeUrl)
  const visa = await client.paymentMethods.attach('pm_card_visa', { customer })
  await advance(1)
  await client.paymentMethods.attach('pm_card_mastercard', { customer })
  await setDefaultPaymentMethod(ctx, { paymentMethodId: visa.id })
}

test('a card is saved without a charge, and the first one becomes the default', async ({
  signedIn: page,
  member,
}) => {
  await page.goto(ADDRESS)
  await expect(page.getByText('No saved cards')).toBeVisible()
  await page.getByRole('button', { name: 'Add a card' }).click()
  const form = page.getByRole('dialog', { name: 'Add a card' }).frameLocator('iframe')
  await form.getByLabel('Card number').fill(DECLINED)
  await form.getByLabel('Expires').fill('12 / 40')
  await form.getByLabel('CVC').fill('123')
  await form.getByLabel('Name on card').fill('Ada Example')
  await form.getByRole('button', { name: 'Save card' }).click()
  await expect(form.getByRole('alert')).toContainText('declined')
  await form.getByLabel('Card number').fill(ACCEPTED)
  await form.getByRole('button', { name: 'Save card' }).click()

  await expect(page.getByRole('dialog')).toHaveCount(0)
  await expect(rows(page)).toHaveText([/Visa.*4242.*Expires 12\/2040.*Default/])
  await expect(page.getByRole('button', { name: 'Add a card' })).toBeFocused()
  expect(await saved(member)).toMatchObject([{ card: { last4: '4242' }, isDefault: true }])
})

test('another card becomes the default, and what was done is said', async ({
  signedIn: page,
  site,
  member,
}) => {
  await saveTwoCards(site, member)
  await page.goto(ADDRESS)
  await expect(rows(page)).toHaveText([/Visa.*Default/, /Mastercard/])
  await page.getByRole('button', { name: /^Make default Mastercard ending in/ }).click()
  await expect(rows(page)).toHaveText([/Mastercard.*Default/, /Visa/])
  const done = page.getByRole('status').filter({ hasText: 'is the default now.' })
  await expect(done).toBeFocused()
  expect((await saved(member)).map(({ card, isDefault }) => [card?.brand, isDefault])).toEqual([
    ['mastercard', true],
    ['visa', false],
  ])
})

test('a card is removed once that is confirmed, and the next becomes the default', async ({
  signedIn: page,
  site,
  member,
}) => {
  await saveTwoCards(site, member)
  await page.goto(ADDRESS)
  const remove = page.getByRole('button', { name: /^Remove Visa/ })
  await remove.click()
  await page.getByRole('button', { name: 'Keep it' }).click()
  await expect(remove).toBeFocused()
  expect(await saved(member)).toHaveLength(2)

  await remove.click()
  await expect(page.getByRole('dialog')).toContainText('It is the default')
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
  await expect(rows(page)).toHaveText([/Mastercard.*Default/])
  await expect(page.getByRole('status').filter({ hasText: 'is removed.' })).toBeFocused()
  expect(await saved(member)).toHaveLength(1)
})

test('a card that was removed elsewhere is told, and nothing else is removed', async ({
  signedIn: page,
  site,
  member,
}) => {
  await saveTwoCards(site, member)
  await page.goto(ADDRESS)
  await page.getByRole('button', { name: /^Make default/ }).waitFor()
  const [, other] = await saved(member)
  await localStripeControls(site.stack.stripeUrl).client.paymentMethods.detach(other?.id ?? '')
  await page.getByRole('button', { name: /^Make default/ }).click()
  await expect(page.getByText('It is not saved any more.')).toBeVisible()
  await page.getByRole('button', { name: /^Remove Mastercard/ }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
  await expect(page.getByRole('dialog').getByRole('alert')).toContainText('It is not saved any more.')
  expect(await saved(member)).toMatchObject([{ card: { brand: 'visa' }, isDefault: true }])
})

test('while Stripe does not answer it says so, and what is asked of it changes nothing', async ({
  signedIn: page,
  site,
  member,
  watch,
}) => {
  watch.allow(/status of 503/)
  await saveTwoCards(site, member)
  await page.goto(ADDRESS)
  await page.getByRole('button', { name: /^Remove Visa/ }).click()
  await site.stack.stripeWire.setMode('refuse')
  try {
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
    await expect(page.getByRole('dialog').getByRole('alert')).toContainText('Stripe does not answer')
    await page.reload()
    await expect(page.getByText('Saved cards cannot be shown right now.')).toBeVisible()
    await page.getByRole('button', { name: 'Add a card' }).click()
    await expect(page.getByRole('dialog').getByRole('alert')).toContainText('Stripe does not answer')
    await page.keyboard.press('Escape')
  } finally {
    await site.stack.stripeWire.setMode('pass')
  }
  await page.getByRole('button', { name: 'Try again' }).click()
  await expect(rows(page)).toHaveCount(2)
})

test('a viewer sees the cards without a way to change them', async ({ signedIn: page, site, member }) => {
  await saveTwoCards(site, member)
  await becomeViewer(site, member)
  await page.goto(ADDRESS)
  await expect(rows(page)).toHaveCount(2)
  await expect(page.getByRole('main').getByRole('button')).toHaveCount(0)
})

test('a card that has expired says so', async ({ signedIn: page, site, member }) => {
  await saveTwoCards(site, member)
  const [visa] = await saved(member)
  await localStripeControls(site.stack.stripeUrl).client.paymentMethods.update(visa?.id ?? '', {
    card: { exp_month: 1, exp_year: 2020 },
  })
  await page.goto(ADDRESS)
  await expect(rows(page).first()).toContainText('Expired 01/2020')
})

test('payment methods are accessible and not cut off', async ({ signedIn: page, site, member }) => {
  await saveTwoCards(site, member)
  await page.goto(ADDRESS)
  await expect(rows(page)).toHaveCount(2)
  await expectWell(page, 'two cards')
  await page.getByRole('button', { name: /^Remove Visa/ }).click()
  await expectWell(page, 'removing a card')
})

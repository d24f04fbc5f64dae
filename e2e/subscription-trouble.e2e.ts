import type { Page } from '@playwright/test'
import { ensureCustomer } from '@/lib/core/customers/ensure-customer'
import { getSubscriptionPlan } from '@/lib/core/subscriptions/get-subscription-plan'
import { drainJobs } from '@/lib/jobs/drain-jobs'
import { localStripeControls } from '@/lib/testing/local-stripe'
import { buyOne, setCard } from '@/lib/testing/subscriptions'
import { expectAccessible, overflow } from './expect-accessible'
import { expect, test, type Member, type Site } from './product'
import { fact, line, subscribeMember } from './subscription-page'

test.describe.configure({ timeout: 120_000 })

const DECLINES_LATER = 'pm_card_chargeCustomerFail'
const planOf = async (member: Member) => getSubscriptionPlan(await member.context())
const dialogOf = (page: Page) => page.getByRole('dialog', { name: 'Switch to annual billing' })

let subscriptionId = ''

test.beforeEach(async ({ site, member, signedIn: page }) => {
  subscriptionId = await subscribeMember(site, member)
  await page.goto('/subscription')
})

async function openSwitch(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Switch to annual billing' }).click()
  await expect(line(page, 'Charged to your card today')).toHaveText(/^\$\d/)
}

async function chargeNothingMore(site: Site, member: Member): Promise<void> {
  const customerId = await ensureCustomer(await member.context(), null)
  await setCard(localStripeControls(site.stack.stripeUrl), customerId, DECLINES_LATER)
}

test('a quote that came to be untrue is not charged: the new amount is shown, and that is', async ({
  signedIn: page,
  member,
}) => {
  await openSwitch(page)
  const quoted = await line(page, 'Charged to your card today').textContent()
  await buyOne(member)
  const confirm = dialogOf(page).getByRole('button', { name: 'Confirm and pay' })
  await confirm.click()
  await expect(dialogOf(page).getByRole('alert')).toContainText('has changed since it was shown')
  await expect(line(page, 'Charged to your card today')).not.toHaveText(quoted ?? '')
  expect(await planOf(member)).toMatchObject({ interval: 'monthly' })
  await expectAccessible(page, 'the quote was untrue')
  await expect(confirm).toBeEnabled()
  await confirm.click()
  await expect(fact(page, 'Billed')).toHaveText('Every year')
  expect(await planOf(member)).toMatchObject({ interval: 'annual', units: 2 })
})

test('a switch that is declined changes nothing, says so, and leads to the payment methods', async ({
  signedIn: page,
  site,
  member,
}) => {
  await chargeNothingMore(site, member)
  await openSwitch(page)
  await dialogOf(page).getByRole('button', { name: 'Confirm and pay' }).click()
  const alert = dialogOf(page).getByRole('alert')
  await expect(alert).toContainText('The payment was declined. Nothing has changed')
  expect(await planOf(member)).toMatchObject({ interval: 'monthly' })
  await expectAccessible(page, 'declined')
  await page.setViewportSize({ width: 390, height: 900 })
  expect(await overflow(page)).toBe(0)
  await alert.getByRole('link', { name: 'Payment methods' }).click()
  await expect(page).toHaveURL(/\/billing\/payment-methods$/)
})

test('a renewal that is not paid is told of, with the way to another card', async ({
  signedIn: page,
  site,
  member,
}) => {
  const stripe = localStripeControls(site.stack.stripeUrl)
  await chargeNothingMore(site, member)
  const { items } = await stripe.client.subscriptions.retrieve(subscriptionId)
  // As a renewal would, this leaves an invoice unpaid, without moving the time that other tests share.
  await stripe.client.subscriptions.update(subscriptionId, {
    items: [{ id: items.data[0]?.id ?? '', quantity: 2 }],
    proration_behavior: 'always_invoice',
    payment_behavior: 'allow_incomplete',
  })
  await drainJobs(site.container)
  await page.reload()
  const card = page.getByRole('region', { name: 'Your subscription' })
  await expect(card).toContainText('Past due')
  await expect(card).toContainText('The last renewal was not paid')
  await expect(fact(page, 'Numbers covered')).toHaveText('1 of 1')
  for (const width of [1440, 390]) {
    await page.setViewportSize({ width, height: 900 })
    await expectAccessible(page, `past due, ${String(width)} wide`)
    expect(await overflow(page)).toBe(0)
  }
  await card.getByRole('link', { name: 'payment method' }).click()
  await expect(page).toHaveURL(/\/billing\/payment-methods$/)
})

test('a switch that collects what the balance owes shows the balance that it leaves', async ({
  signedIn: page,
  site,
  member,
}) => {
  const now = await site.container.clock.read()
  await site.container.databases.app.sql`
    select ledger.spend(${member.accountId}, 'usage', 'usage:beyond', 8500000, null, ${now}, ${now})`
  await drainJobs(site.container)
  await page.reload()
  await openSwitch(page)
  await expect(line(page, 'Usage beyond the wallet')).toHaveText('$3.50')
  await expect(line(page, 'Balance after')).toHaveText('$0.00')
  await dialogOf(page).getByRole('button', { name: 'Confirm and pay' }).click()
  await expect(fact(page, 'Billed')).toHaveText('Every year')
  await drainJobs(site.container)
  await page.goto('/billing')
  await expect(page.getByRole('region', { name: 'Balance' })).toContainText('$0.00')
})

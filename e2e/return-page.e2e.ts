import type { Page } from '@playwright/test'
import { localStripeControls } from '@/lib/testing/local-stripe'
import { startTopUp, type TopUp } from '@/lib/testing/top-up'
import { asOwner, becomeViewer, expect, test, type Member, type Site } from './product'

const openReturn = (page: Page, { sessionId }: TopUp) => page.goto(`/billing/return?session_id=${sessionId}`)
const stripeOf = ({ stack }: Site) => localStripeControls(stack.stripeUrl)

/** A Checkout that is paid, and whose payment staff must look at: our order says that it was to be of real money. */
async function payForReview(site: Site, member: Member): Promise<TopUp> {
  const topUp = await startTopUp(site.container, member)
  await asOwner(site, (sql) => sql`update credit_order set livemode = true where id = ${topUp.orderId}`)
  await stripeOf(site).pay(topUp.sessionId, { cents: 2_500 })
  return topUp
}

test('a Checkout that was paid is on the balance', async ({ signedIn: page, site, member }) => {
  const topUp = await startTopUp(site.container, member)
  await stripeOf(site).pay(topUp.sessionId, { cents: 2_500 })
  await openReturn(page, topUp)
  await expect(page.getByText('$25.00 is on your balance.')).toBeVisible()
  await page.getByRole('link', { name: 'Back to billing' }).click()
  await expect(page.getByRole('region', { name: 'Balance' })).toContainText('$30.00')
})

test('a Checkout that was left says that nothing was charged', async ({ signedIn: page, site, member }) => {
  await openReturn(page, await startTopUp(site.container, member))
  await expect(page.getByText('The payment was not finished')).toBeVisible()
  await expect(page.getByText('Nothing was charged.')).toBeVisible()
})

test('a Checkout that has expired says so', async ({ signedIn: page, site, member }) => {
  const topUp = await startTopUp(site.container, member)
  await stripeOf(site).client.checkout.sessions.expire(topUp.sessionId)
  await openReturn(page, topUp)
  await expect(page.getByText('This Checkout has expired')).toBeVisible()
  await expect(page.getByText('Nothing was charged.')).toBeVisible()
})

test('a payment that staff must look at asks not to pay again', async ({ signedIn: page, site, member }) => {
  await openReturn(page, await payForReview(site, member))
  await expect(page.getByText('Payment received, not booked yet')).toBeVisible()
  await expect(page.getByText('Please do not pay again.')).toBeVisible()
})

test('who may only read is told that it is under way, then that it takes longer', async ({
  signedIn: page,
  site,
  member,
}) => {
  const topUp = await payForReview(site, member)
  await becomeViewer(site, member)
  await page.clock.install()
  await openReturn(page, topUp)
  await expect(page.getByRole('status')).toHaveText('Payment received. Updating your balance…')
  await expect(async () => {
    await page.clock.runFor(2_000)
    await expect(page.getByRole('status')).toContainText('longer than usual', { timeout: 500 })
  }).toPass({ timeout: 30_000 })
})

test('while Stripe does not answer it says what is not known, and can be tried again', async ({
  signedIn: page,
  site,
  member,
}) => {
  const topUp = await startTopUp(site.container, member)
  await site.stack.stripeWire.setMode('refuse')
  try {
    await openReturn(page, topUp)
    await expect(page.getByText('Stripe does not answer')).toBeVisible()
    await expect(page.getByText('Please do not pay again meanwhile.')).toBeVisible()
  } finally {
    await site.stack.stripeWire.setMode('pass')
  }
  await page.getByRole('button', { name: 'Try again' }).click()
  await expect(page.getByText('The payment was not finished')).toBeVisible()
})

test('a viewer sees the billing page without a way to pay, and may not pay past it', async ({
  signedIn: page,
  site,
  member,
}) => {
  await page.goto('/billing')
  await expect(page.getByRole('button', { name: 'Add credits' })).toBeVisible()
  await becomeViewer(site, member)
  await page.goto('/billing')
  await expect(page.getByRole('region', { name: 'Balance' })).toContainText('$5.00')
  await expect(page.getByRole('button', { name: 'Add credits' })).toHaveCount(0)
  const answer = await page.request.post('/api/v1/billing/checkout/credits', {
    data: {},
    headers: { origin: site.stack.appUrl, 'sec-fetch-site': 'same-origin' },
  })
  expect(answer.status()).toBe(403)
})

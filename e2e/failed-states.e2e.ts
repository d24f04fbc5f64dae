import { recordUsage } from '@/lib/core/usage/record-usage'
import { balanceOn, openCheckout } from './checkout-form'
import { becomeCustomer, expect, test } from './product'

const CHECKOUT = '**/api/v1/billing/checkout/credits'

test('while Stripe does not answer, the balance is there and its own part can be tried again', async ({
  signedIn: page,
  site,
  member,
  watch,
}) => {
  watch.allow(/status of 503/)
  await becomeCustomer(member)
  await site.stack.stripeWire.setMode('refuse')
  try {
    await page.goto('/billing')
    await expect(balanceOn(page)).toHaveText('$5.00')
    await expect(
      page.getByText('Saved cards cannot be shown right now. Your balance is not affected.'),
    ).toBeVisible()
    await page.getByRole('button', { name: 'Add credits' }).click()
    await expect(page.getByRole('dialog').getByRole('alert')).toContainText('Stripe does not answer')
    await page.keyboard.press('Escape')
  } finally {
    await site.stack.stripeWire.setMode('pass')
  }
  await page.getByRole('button', { name: 'Try again' }).click()
  await expect(page.getByText('No saved cards')).toBeVisible()
})

test('the balance does not wait for a Stripe that is slow', async ({ signedIn: page, site, member }) => {
  await becomeCustomer(member)
  await site.stack.stripeWire.setMode('stall')
  try {
    await page.goto('/billing', { waitUntil: 'commit' })
    await expect(balanceOn(page)).toHaveText('$5.00', { timeout: 3_000 })
    await expect(page.getByRole('list', { name: 'Deposits' })).toBeVisible()
    await expect(page.getByText('No saved cards')).toBeHidden()
  } finally {
    await site.stack.stripeWire.setMode('pass')
  }
})

const REFUSALS = [
  { status: 429, headers: { 'retry-after': '45' }, words: /Too many attempts.*Try again in 45 seconds/ },
  { status: 503, headers: {}, words: /Stripe does not answer.*balance is not affected/ },
  { status: 403, headers: {}, words: /You cannot add credits here.*Ask an owner/ },
  { status: 409, headers: {}, words: /A subscription is active.*no credits are needed/ },
  { status: 401, headers: {}, words: /You are signed out.*Nothing was charged/ },
  { status: 500, headers: {}, words: /Something went wrong on our side.*Nothing was charged/ },
] as const

for (const { status, headers, words } of REFUSALS) {
  test(`a top-up that is refused with ${status.toString()} says so in words`, async ({
    signedIn: page,
    watch,
  }) => {
    watch.allow(new RegExp(`status of ${status.toString()}`))
    await page.route(CHECKOUT, (route) => route.fulfill({ status, headers, json: { error: 'x' } }))
    await page.goto('/billing')
    await page.getByRole('button', { name: 'Add credits' }).click()
    await expect(page.getByRole('dialog').getByRole('alert')).toHaveText(words)
    await page.keyboard.press('Escape')
    await expect(page.getByRole('dialog')).toHaveCount(0)
    await expect(page.getByRole('button', { name: 'Add credits' })).toBeFocused()
  })
}

test('a lost connection is told, and trying again opens the form', async ({ signedIn: page, watch }) => {
  watch.allow(/ERR_FAILED|Failed to fetch/)
  await page.route(CHECKOUT, (route) => route.abort(), { times: 1 })
  await page.goto('/billing')
  await page.getByRole('button', { name: 'Add credits' }).click()
  await expect(page.getByRole('dialog').getByRole('alert')).toContainText('No connection')
  await page.getByRole('button', { name: 'Try again' }).click()
  await expect(page.getByRole('dialog').frameLocator('iframe').getByLabel('Card number')).toBeVisible()
})

test('a blocked script is told, and nothing is left half open', async ({ signedIn: page, watch, site }) => {
  watch.allow(/ERR_BLOCKED|ERR_FAILED/)
  await page.route(`${site.stack.stripeUrl}/stripe.js`, (route) => route.abort(), { times: 1 })
  await page.goto('/billing')
  await page.getByRole('button', { name: 'Add credits' }).click()
  await expect(page.getByRole('dialog').getByRole('alert')).toContainText('The payment form did not load')
  await page.keyboard.press('Escape')
  await openCheckout(page)
})

test('a balance below zero says when the numbers go, and shows amounts below a cent', async ({
  signedIn: page,
  member,
}) => {
  const ctx = await member.context()
  await recordUsage(ctx, [
    {
      id: 'call',
      numberId: null,
      fareName: 'Outbound call',
      billedQuantity: 90,
      amount: { currency: 'USD', micros: 5_007_500n },
      occurredAt: ctx.now(),
    },
  ])
  await page.goto('/billing')
  await expect(balanceOn(page)).toHaveText('−$0.01')
  await expect(page.getByText('exactly −$0.0075')).toBeVisible()
  await expect(page.getByText(/Your numbers will be released on \d\d \w{3} \d{4}/)).toBeVisible()
  const release = await page
    .getByText('Your numbers will be released')
    .locator('time')
    .getAttribute('datetime')
  expect(new Date(release ?? '').getTime()).toBe(ctx.now().getTime() + 30 * 86_400_000)
  const usage = page.getByRole('table', { name: 'Recent usage' }).getByRole('row')
  await expect(usage.nth(1)).toHaveText(/Outbound call.*90.*\$5\.0075/)
})

test('what does not exist, and what belongs to others, is one and the same page', async ({
  signedIn: page,
  watch,
}) => {
  watch.allow(/404/)
  for (const path of ['/nothing', '/billing/return', '/billing/return?session_id=cs_test_other']) {
    expect((await page.goto(path))?.status(), path).toBe(404)
    await expect(page.getByRole('heading', { name: 'Nothing here' })).toBeVisible()
  }
  for (const id of ['in_other', 'in_', '..%2f..%2fv1', 'null']) {
    expect((await page.request.get(`/billing/invoices/${id}`)).status(), id).toBe(404)
  }
})

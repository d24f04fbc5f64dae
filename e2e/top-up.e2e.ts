import { getWallet } from '@/lib/core/wallets/get-wallet'
import { usdFromCents } from '@/lib/kit/money'
import {
  ACCEPTED,
  balanceOn,
  DECLINED,
  depositRows,
  fillCard,
  openCheckout,
  payButton,
} from './checkout-form'
import { expect, test } from './product'

test('25.00 paid with a saved card is on the balance within five seconds, without a reload', async ({
  signedIn: page,
  member,
  context,
}) => {
  await page.goto('/billing')
  await expect(balanceOn(page)).toHaveText('$5.00')
  await page.evaluate(() => Object.assign(window, { notReloaded: true }))

  const form = await openCheckout(page)
  await fillCard(form, { amount: '25.00', number: ACCEPTED, save: true })
  await payButton(form).click()

  await expect(balanceOn(page)).toHaveText('$30.00', { timeout: 5_000 })
  await expect(page.getByRole('status').filter({ hasText: '$25.00 added' })).toBeVisible()
  await expect(depositRows(page)).toHaveText([/Card payment.*\+\$25\.00/, /Welcome credit.*\+\$5\.00/])
  await expect(page.getByRole('list', { name: 'Payment methods' }).getByRole('listitem')).toHaveText([
    /Visa.*4242.*Expires 12\/2040.*Default/,
  ])
  expect(await page.evaluate(() => 'notReloaded' in window)).toBe(true)
  await expect(page.getByRole('button', { name: 'Add credits' })).toBeFocused()

  const opening = context.waitForEvent('page')
  await page.getByRole('link', { name: /^Invoice in_/ }).click()
  const invoice = await opening
  await expect(invoice.getByText('$25.00').first()).toBeVisible()
  const pdfPath = await page.getByRole('link', { name: /^PDF/ }).getAttribute('href')
  const pdf = await page.request.get(pdfPath ?? '')
  expect(pdf.headers()['content-type']).toBe('application/pdf')
  expect((await pdf.body()).subarray(0, 5).toString()).toBe('%PDF-')

  const { balance, deposits } = await getWallet(await member.context())
  expect(balance).toEqual(usdFromCents(3_000))
  expect(deposits.map(({ kind, amount }) => [kind, amount])).toEqual([
    ['card', usdFromCents(2_500)],
    ['welcome', usdFromCents(500)],
  ])
})

test('a declined card shows the reason, books nothing, and another card pays in the same form', async ({
  signedIn: page,
  member,
}) => {
  await page.goto('/billing')
  const form = await openCheckout(page)
  await fillCard(form, { amount: '25.00', number: DECLINED })
  await payButton(form).click()
  await expect(form.getByRole('alert')).toContainText('declined')
  expect((await getWallet(await member.context())).balance).toEqual(usdFromCents(500))

  await form.getByLabel('Card number').fill(ACCEPTED)
  await payButton(form).click()
  await expect(balanceOn(page)).toHaveText('$30.00')
  await expect(page.getByText('No saved cards')).toBeVisible()
})

test('clicking twice pays once', async ({ signedIn: page, member }) => {
  await page.goto('/billing')
  const starts: string[] = []
  page.on('request', (request) => {
    if (request.url().endsWith('/checkout/credits')) starts.push(request.method())
  })
  await page.getByRole('button', { name: 'Add credits' }).dblclick()
  const form = page.getByRole('dialog').frameLocator('iframe')
  await fillCard(form, { amount: '10.00', number: ACCEPTED })
  await payButton(form).dblclick()
  await expect(balanceOn(page)).toHaveText('$15.00')
  expect(starts).toEqual(['POST'])
  expect((await getWallet(await member.context())).deposits).toHaveLength(2)
})

test('a form that was closed opens the same Checkout again until it is paid', async ({ signedIn: page }) => {
  await page.goto('/billing')
  const keys: (string | undefined)[] = []
  page.on('request', (request) => {
    if (request.url().endsWith('/checkout/credits')) keys.push(request.headers()['idempotency-key'])
  })
  await openCheckout(page)
  await page.getByRole('button', { name: 'Close' }).click()
  const form = await openCheckout(page)
  await fillCard(form, { amount: '10.00', number: ACCEPTED })
  await payButton(form).click()
  await expect(balanceOn(page)).toHaveText('$15.00')
  await openCheckout(page)

  const [first, again, next] = keys
  expect(first).toMatch(/^[0-9a-f]{32}$/)
  expect(again).toBe(first)
  expect(next).not.toBe(first)
})

test('a reload right after paying goes on following the payment, and pays nothing again', async ({
  signedIn: page,
  member,
  site,
}) => {
  await page.goto('/billing')
  const form = await openCheckout(page)
  await fillCard(form, { amount: '10.00', number: ACCEPTED })
  // Nobody tells the product that it is paid until the page is there again.
  await site.stack.stripeWire.setMode('refuse')
  await site.stack.worker?.kill()
  try {
    await payButton(form).click()
    await expect(page.getByText('Updating your balance')).toBeVisible()
    await page.reload()
    await expect(page.getByText('Updating your balance')).toBeVisible()
    await expect(balanceOn(page)).toHaveText('$5.00')
  } finally {
    await site.stack.stripeWire.setMode('pass')
    await site.stack.worker?.start()
  }
  await expect(page.getByText('$10.00 added')).toBeVisible({ timeout: 30_000 })
  await page.reload()
  await expect(balanceOn(page)).toHaveText('$15.00')
  await expect(page.getByText('$10.00 added')).toBeHidden()
  expect((await getWallet(await member.context())).deposits).toHaveLength(2)
})

test('going back after paying shows the new balance and no form to pay again', async ({
  signedIn: page,
  member,
}) => {
  await page.goto('/settings/api-keys')
  await page.getByRole('link', { name: 'Billing', exact: true }).click()
  const form = await openCheckout(page)
  await fillCard(form, { amount: '10.00', number: ACCEPTED })
  await payButton(form).click()
  await expect(balanceOn(page)).toHaveText('$15.00')
  await page.goBack()
  await page.goForward()
  await expect(balanceOn(page)).toHaveText('$15.00')
  await expect(page.getByRole('dialog')).toHaveCount(0)
  expect((await getWallet(await member.context())).deposits).toHaveLength(2)
})

test('a Checkout that returns to us says how it went, to its own account only', async ({
  signedIn: page,
  member,
  site,
  watch,
}) => {
  const started = await page.request.post('/api/v1/billing/checkout/credits', {
    headers: { 'content-type': 'application/json', origin: site.stack.appUrl },
    data: { returnUrl: `${site.stack.appUrl}/billing/return?session_id={CHECKOUT_SESSION_ID}` },
  })
  const { clientSecret } = (await started.json()) as { clientSecret: string }
  await page.goto(`${site.stack.stripeUrl}/embedded/${encodeURIComponent(clientSecret)}`)
  const sessionId = clientSecret.split('_secret_')[0] ?? ''

  await page.goto(`/billing/return?session_id=${sessionId}`)
  await expect(page.getByText('The payment was not finished')).toBeVisible()

  const source = {
    kind: 'new-card',
    number: ACCEPTED,
    expMonth: 12,
    expYear: 2040,
    cvc: '123',
    name: 'Ada',
    save: false,
  }
  await fetch(`${site.stack.stripeUrl}/_emulator/checkout/${sessionId}/submit`, {
    method: 'POST',
    body: JSON.stringify({ amountCents: 1_000, source }),
  })
  await page.reload()
  await expect(page.getByText('$10.00 is on your balance')).toBeVisible()
  await page.getByRole('link', { name: 'Back to billing' }).click()
  await expect(balanceOn(page)).toHaveText('$15.00')
  expect((await getWallet(await member.context())).deposits).toHaveLength(2)

  watch.allow(/404/)
  const stranger = await page.goto('/billing/return?session_id=cs_test_someone_else')
  expect(stranger?.status()).toBe(404)
})

import { expect, test as base, type Page } from '@playwright/test'
import Stripe from 'stripe'
import { startLocalStripe } from '@/lib/dev/programs/start-local-stripe'
import { listen } from '@/lib/sandbox/pages/testing/listen'
import { serveMerchant } from '@/lib/sandbox/pages/testing/serve-merchant'
import { createEmptyDatabase } from '@/lib/testing/test-database'
import { holdTestServer } from '@/lib/testing/test-server'

type LocalStripe = Readonly<{ url: string; sdk: Stripe }>
type Order = Stripe.Checkout.SessionCreateParams

/** One local Stripe for all journeys of a worker: each makes its own customers and sessions. */
const test = base.extend<{ shopUrl: string }, { local: LocalStripe }>({
  local: [
    async ({}, provide) => {
      const held = await holdTestServer()
      const database = await createEmptyDatabase(held.server)
      try {
        const { program, url, port } = await startLocalStripe({ databaseUrl: database.url, port: 0 })
        await provide({
          url,
          sdk: new Stripe('sk_test_journey', { host: '127.0.0.1', port, protocol: 'http' }),
        })
        await program.stop()
      } finally {
        await database.drop()
        await held.release()
      }
    },
    { scope: 'worker' },
  ],
  shopUrl: async ({}, provide) => {
    const page =
      '<!doctype html><html lang="en"><title>Shop</title><link rel="icon" href="data:,"><h1>Shop</h1>'
    const headers = { 'content-type': 'text/html' }
    const shop = await listen(() => Promise.resolve(new Response(page, { headers })))
    await provide(shop.baseUrl)
    await shop.close()
  },
})

/** Two items of 12.50 USD on a page of the local Stripe's own, with an invoice. */
function hostedOrder(shopUrl: string): Order {
  return {
    mode: 'payment',
    ui_mode: 'hosted_page',
    line_items: [
      {
        quantity: 2,
        price_data: { currency: 'usd', unit_amount: 1250, product_data: { name: 'Call credits' } },
      },
    ],
    invoice_creation: { enabled: true },
    success_url: `${shopUrl}/paid?session_id={CHECKOUT_SESSION_ID}`,
    cancel_url: `${shopUrl}/cancelled`,
  }
}

async function fillCard(page: Page, number: string) {
  await page.getByLabel('Card number').fill('')
  await page.getByLabel('Card number').pressSequentially(number)
  await page.getByLabel('Expires').fill('12 / 40')
  await page.getByLabel('CVC').fill('123')
  await page.getByLabel('Name on card').fill('Ada Example')
}

const pay = (page: Page) => page.getByRole('button', { name: /^Pay/ })

async function openHosted(page: Page, sdk: Stripe, order: Order): Promise<Stripe.Checkout.Session> {
  const session = await sdk.checkout.sessions.create(order)
  await page.goto(session.url ?? '')
  return session
}

/** The charge that paid the session, with the session itself. */
async function readPaid(sdk: Stripe, id: string) {
  const session = await sdk.checkout.sessions.retrieve(id, {
    expand: ['payment_intent.latest_charge', 'invoice'],
  })
  const intent = session.payment_intent
  const charge = intent === null || typeof intent === 'string' ? null : intent.latest_charge
  const invoice = session.invoice
  if (charge === null || typeof charge === 'string') throw new Error('The session has no charge.')
  if (invoice === null || typeof invoice === 'string') throw new Error('The session has no invoice.')
  return { session, charge, invoice }
}

test('a hosted checkout pays, returns with its id, and leaves an invoice, a PDF and a receipt', async ({
  page,
  local,
  shopUrl,
}) => {
  const { id } = await openHosted(page, local.sdk, hostedOrder(shopUrl))
  await expect(page.getByText('Call credits')).toBeVisible()
  await expect(pay(page)).toHaveText('Pay $25.00')
  await expect(page.getByRole('link', { name: 'Back to Talktime' })).toHaveAttribute(
    'href',
    `${shopUrl}/cancelled`,
  )
  await page.getByLabel('E-mail').fill('ada@example.com')
  await fillCard(page, '4242424242424242')
  await pay(page).click()
  await page.waitForURL(`${shopUrl}/paid?session_id=${id}`)

  const { session, charge, invoice } = await readPaid(local.sdk, id)
  expect(session).toMatchObject({ status: 'complete', payment_status: 'paid', amount_total: 2500 })
  expect(invoice).toMatchObject({ status: 'paid', amount_paid: 2500 })
  await page.goto(invoice.hosted_invoice_url ?? '')
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(`Invoice ${invoice.number ?? ''}`)
  await expect(page.getByRole('cell', { name: '$25.00' }).first()).toBeVisible()
  const link = await page.getByRole('link', { name: 'Open the PDF' }).getAttribute('href')
  expect(new URL(link ?? '', page.url()).href).toBe(invoice.invoice_pdf)
  const pdf = await page.request.get(invoice.invoice_pdf ?? '')
  expect(pdf.headers()['content-type']).toBe('application/pdf')
  expect((await pdf.body()).subarray(0, 5).toString()).toBe('%PDF-')
  await page.goto(charge.receipt_url ?? '')
  await expect(page.getByText('$25.00')).toBeVisible()
})

test('a paid session shows that it is paid, and cannot be paid again', async ({ page, local, shopUrl }) => {
  const { id, url } = await openHosted(page, local.sdk, hostedOrder(shopUrl))
  const second = await page.context().newPage()
  await second.goto(url ?? '')
  for (const tab of [page, second]) {
    await tab.getByLabel('E-mail').fill('ada@example.com')
    await fillCard(tab, '4242424242424242')
    await pay(tab).click()
    await tab.waitForURL(`${shopUrl}/paid?session_id=${id}`)
  }
  const { session } = await readPaid(local.sdk, id)
  const customer = typeof session.customer === 'string' ? session.customer : ''
  const charges = await local.sdk.charges.list({ customer })
  expect(charges.data).toHaveLength(1)
  await page.goto(url ?? '')
  await expect(page.getByRole('heading', { name: 'Payment complete' })).toBeVisible()
})

test('a declined card says why and charges nothing; the next one pays', async ({ page, local, shopUrl }) => {
  const { id } = await openHosted(page, local.sdk, hostedOrder(shopUrl))
  await page.getByLabel('E-mail').fill('ada@example.com')
  for (const [number, reason] of [
    ['4000000000000002', /declined/],
    ['4000000000009995', /insufficient funds/],
    ['4000000000000127', /security code/],
  ] as const) {
    await fillCard(page, number)
    await pay(page).click()
    await expect(page.getByRole('alert')).toHaveText(reason)
  }
  const open = await local.sdk.checkout.sessions.retrieve(id)
  expect(open).toMatchObject({ status: 'open', payment_status: 'unpaid', invoice: null })
  await fillCard(page, '5555555555554444')
  await pay(page).click()
  await page.waitForURL(`${shopUrl}/paid?session_id=${id}`)
})

test('a payment that the customer denies at the bank is declined, and approved it is paid', async ({
  page,
  local,
  shopUrl,
}) => {
  const { id } = await openHosted(page, local.sdk, hostedOrder(shopUrl))
  await page.getByLabel('E-mail').fill('ada@example.com')
  await fillCard(page, '4000000000003220')
  await pay(page).click()
  await page.getByRole('button', { name: 'Deny' }).click()
  await expect(page.getByRole('alert')).not.toBeEmpty()
  expect(await local.sdk.checkout.sessions.retrieve(id)).toMatchObject({ status: 'open' })
  await pay(page).click()
  await page.getByRole('button', { name: 'Approve' }).click()
  await page.waitForURL(`${shopUrl}/paid?session_id=${id}`)
})

test('a card saved in one checkout pays the next, the default one chosen already', async ({
  page,
  local: { sdk },
  shopUrl,
}) => {
  const customer = await sdk.customers.create({ email: 'ada@example.com', name: 'Ada Example' })
  const order: Order = {
    ...hostedOrder(shopUrl),
    customer: customer.id,
    saved_payment_method_options: { payment_method_save: 'enabled' },
  }
  for (const number of ['4242424242424242', '5555555555554444']) {
    await openHosted(page, sdk, order)
    const another = page.getByRole('radio', { name: 'New card' })
    if (number.startsWith('5')) await another.check()
    await fillCard(page, number)
    await page.getByLabel('Save payment information').check()
    await pay(page).click()
    await page.waitForURL(/\/paid/)
  }
  const { data: cards } = await sdk.customers.listPaymentMethods(customer.id)
  expect(cards.map((card) => card.allow_redisplay)).toEqual(['always', 'always'])
  const visa = cards.find((card) => card.card?.brand === 'visa')?.id ?? ''
  await sdk.customers.update(customer.id, { invoice_settings: { default_payment_method: visa } })

  const { id } = await openHosted(page, sdk, order)
  await expect(page.getByLabel('E-mail')).toHaveValue('ada@example.com')
  await expect(page.getByRole('radio', { name: 'Visa ending in 4242' })).toBeChecked()
  await expect(page.getByRole('radio', { name: 'Mastercard ending in 4444' })).toBeVisible()
  await pay(page).click()
  await page.waitForURL(/\/paid/)
  const { charge } = await readPaid(sdk, id)
  expect(charge.payment_method).toBe(visa)
})

test('a card that was not to be saved is not offered again', async ({ page, local: { sdk }, shopUrl }) => {
  const customer = await sdk.customers.create({ email: 'ada@example.com' })
  const order: Order = {
    ...hostedOrder(shopUrl),
    customer: customer.id,
    saved_payment_method_options: { payment_method_save: 'enabled' },
  }
  await openHosted(page, sdk, order)
  await fillCard(page, '4242424242424242')
  await pay(page).click()
  await page.waitForURL(/\/paid/)
  await openHosted(page, sdk, order)
  await expect(page.getByLabel('Card number')).toBeVisible()
  await expect(page.getByRole('radio')).toHaveCount(0)
})

test('an open page learns that its session has expired, and a new look says so', async ({
  page,
  local,
  shopUrl,
}) => {
  const { created: now } = await local.sdk.customers.create()
  const { url } = await openHosted(page, local.sdk, { ...hostedOrder(shopUrl), expires_at: now + 1860 })
  await page.getByLabel('E-mail').fill('ada@example.com')
  await fillCard(page, '4242424242424242')
  await page.request.post(`${local.url}/_emulator/clock/advance`, { data: { seconds: 2000 } })
  await pay(page).click()
  await expect(page.getByRole('heading', { name: 'This checkout has expired' })).toBeVisible()
  await page.goto(url ?? '')
  await expect(page.getByRole('link', { name: 'Return to Talktime' })).toHaveAttribute(
    'href',
    `${shopUrl}/cancelled`,
  )
})

for (const returns of ['always', 'never'] as const) {
  test(`embedded, the customer types the amount, and it ${returns} returns`, async ({
    page,
    local: { sdk, url },
    shopUrl,
  }) => {
    const product = await sdk.products.create({ name: 'Credits' })
    const price = await sdk.prices.create({
      currency: 'usd',
      product: product.id,
      custom_unit_amount: { enabled: true, minimum: 500, maximum: 100_000, preset: 2500 },
    })
    const session = await sdk.checkout.sessions.create({
      mode: 'payment',
      ui_mode: 'embedded_page',
      line_items: [{ price: price.id, quantity: 1 }],
      redirect_on_completion: returns,
      ...(returns === 'always' && { return_url: `${shopUrl}/back?session_id={CHECKOUT_SESSION_ID}` }),
    })
    const merchant = await serveMerchant(`${url}/stripe.js`)
    await page.goto(`${merchant.baseUrl}/?secret=${encodeURIComponent(session.client_secret ?? '')}`)
    const frame = page.frameLocator('iframe[title="Secure payment form"]')
    await frame.getByLabel('Amount').fill('1,000.01')
    await frame.getByLabel('E-mail').fill('ada@example.com')
    await frame.getByText('Test cards').click()
    await frame.getByRole('button', { name: 'Visa' }).click()
    await frame.getByRole('button', { name: /^Pay/ }).click()
    await expect(frame.getByText('The largest amount is $1,000.00.')).toBeVisible()
    await frame.getByLabel('Amount').fill('31.50')
    await frame.getByRole('button', { name: /^Pay/ }).click()
    if (returns === 'always') await page.waitForURL(`${shopUrl}/back?session_id=${session.id}`)
    else await expect(page.getByText('1 completed')).toBeVisible()
    const paid = await sdk.checkout.sessions.retrieve(session.id)
    expect(paid).toMatchObject({ status: 'complete', payment_status: 'paid', amount_total: 3150 })
    await merchant.close()
  })
}

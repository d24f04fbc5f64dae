import type { Page } from '@playwright/test'
import { ensureCustomer } from '@/lib/core/customers/ensure-customer'
import { localStripeControls } from '@/lib/testing/local-stripe'
import { startTopUp } from '@/lib/testing/top-up'
import { expectWell } from './expect-accessible'
import { becomeViewer, expect, test, type Member, type Site } from './product'

const ADDRESS = '/billing/invoices'
const rows = (page: Page) => page.getByRole('table').getByRole('row')

/** Buys credits, one Checkout after the other. */
async function topUp(site: Site, member: Member, amounts: readonly number[]): Promise<void> {
  const stripe = localStripeControls(site.stack.stripeUrl)
  for (const cents of amounts) {
    const { sessionId } = await startTopUp(site.container, member)
    await stripe.pay(sessionId, { cents })
    await stripe.advance(1)
  }
}

/** Invoices that staff wrote: one open, and as many void ones as are asked for. */
async function writeInvoices({ stack }: Site, member: Member, voidCount: number): Promise<void> {
  const { client, advance } = localStripeControls(stack.stripeUrl)
  const customer = await ensureCustomer(await member.context(), null)
  for (let i = 0; i <= voidCount; i++) {
    const { id } = await client.invoices.create({ customer, collection_method: 'charge_automatically' })
    await client.invoiceItems.create({ customer, invoice: id ?? '', amount: 700 + i, currency: 'usd' })
    await client.invoices.finalizeInvoice(id ?? '')
    if (i < voidCount) await client.invoices.voidInvoice(id ?? '')
    await advance(1)
  }
}

test('each invoice is listed with its number, state and amount, the newest first', async ({
  signedIn: page,
  site,
  member,
  context,
}) => {
  await topUp(site, member, [2_500, 1_000])
  await writeInvoices(site, member, 1)
  await page.goto(ADDRESS)
  await expect(rows(page)).toHaveText([
    /Date.*Number.*State.*Amount/,
    /Open.*\$7\.01/,
    /Void.*\$7\.00/,
    /\d\d \w{3} \d{4}.*[A-Z0-9]+-\d+.*Credits.*Paid.*\$10\.00/,
    /Credits.*Paid.*\$25\.00/,
  ])
  const opening = context.waitForEvent('page')
  await rows(page)
    .nth(3)
    .getByRole('link', { name: /^Invoice .*, opens in a new tab$/ })
    .click()
  await expect((await opening).getByText('$10.00').first()).toBeVisible()
  const pdfPath = await rows(page).nth(3).getByRole('link', { name: /^PDF/ }).getAttribute('href')
  const pdf = await page.request.get(pdfPath ?? '')
  expect(pdf.headers()['content-type']).toBe('application/pdf')
})

test('older invoices are a page further, none lost and none twice', async ({
  signedIn: page,
  site,
  member,
}) => {
  test.slow()
  await writeInvoices(site, member, 29)
  const numbers = async () => rows(page).locator('td:nth-child(2) div:first-child').allTextContents()
  await page.goto(ADDRESS)
  await expect(rows(page)).toHaveCount(26)
  const first = await numbers()
  await page.getByRole('link', { name: 'Older' }).click()
  await expect(rows(page)).toHaveCount(6)
  await expect(page.getByRole('link', { name: 'Older' })).toHaveCount(0)
  expect(new Set([...first, ...(await numbers())]).size).toBe(30)
  await page.getByRole('link', { name: 'Newest' }).click()
  await expect(rows(page)).toHaveCount(26)
})

test('without an invoice it says what will be here; a page after nothing is none', async ({
  signedIn: page,
  watch,
}) => {
  await page.goto(ADDRESS)
  await expect(page.getByText('No invoices yet')).toBeVisible()
  watch.allow(/404/)
  for (const cursor of ['in_someone_else', '..%2f', 'x&cursor=y']) {
    await page.goto(`${ADDRESS}?cursor=${cursor}`)
    await expect(page.getByRole('heading', { name: 'Nothing here' })).toBeVisible()
  }
})

test('while Stripe does not answer it says so, and can be tried again', async ({
  signedIn: page,
  site,
  member,
}) => {
  await topUp(site, member, [1_000])
  await site.stack.stripeWire.setMode('refuse')
  try {
    await page.goto(ADDRESS)
    await expect(page.getByText('Invoices cannot be shown right now.')).toBeVisible()
  } finally {
    await site.stack.stripeWire.setMode('pass')
  }
  await page.getByRole('button', { name: 'Try again' }).click()
  await expect(rows(page)).toHaveCount(2)
})

test('a viewer sees the invoices', async ({ signedIn: page, site, member }) => {
  await topUp(site, member, [1_000])
  await becomeViewer(site, member)
  await page.goto(ADDRESS)
  await expect(rows(page)).toHaveCount(2)
})

test('invoices are accessible and not cut off', async ({ signedIn: page, site, member }) => {
  await topUp(site, member, [123_45])
  await writeInvoices(site, member, 1)
  await page.goto(ADDRESS)
  await expect(rows(page)).toHaveCount(4)
  await expectWell(page, 'invoices')
})

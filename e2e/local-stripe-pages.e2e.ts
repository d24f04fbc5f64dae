import AxeBuilder from '@axe-core/playwright'
import { expect, test } from '@playwright/test'
import type { CheckoutView } from '@/lib/sandbox/page-port'
import { createMemoryPort } from '@/lib/sandbox/pages/testing/memory-port'
import { servePages } from '@/lib/sandbox/pages/testing/serve-pages'

const HOSTED: Partial<CheckoutView> = {
  uiMode: 'hosted_page',
  customAmount: null,
  totalCents: 7_500,
  lineItems: [
    {
      description: 'A bundle of credits with a name too long for one line',
      quantity: 1,
      amountCents: 5_000,
      every: null,
    },
    { description: 'Number', quantity: 2, amountCents: 2_500, every: null },
  ],
  successUrl: 'http://localhost:3000/paid',
  cancelUrl: 'http://localhost:3000/cancelled',
}

const SUBSCRIPTION: Partial<CheckoutView> = {
  ...HOSTED,
  mode: 'subscription',
  lineItems: [{ description: 'Number', quantity: 3, amountCents: 3_600, every: 'month' }],
  subtotalCents: 3_600,
  totalCents: 3_600,
  offerPromotionCode: true,
}

const DISCOUNTED: Partial<CheckoutView> = {
  totalCents: 2_880,
  discount: { code: 'LAUNCH20', description: '20% off for 3 months', amountCents: 720 },
}

const PAGES: readonly Readonly<{ name: string; path: string; checkout?: Partial<CheckoutView> }>[] = [
  { name: 'index', path: '/' },
  { name: 'hosted checkout', path: '/pay/cs_test_a1b2', checkout: HOSTED },
  { name: 'paid checkout', path: '/pay/cs_test_a1b2', checkout: { ...HOSTED, status: 'complete' } },
  { name: 'expired checkout', path: '/pay/cs_test_a1b2', checkout: { ...HOSTED, status: 'expired' } },
  { name: 'subscription', path: '/pay/cs_test_a1b2', checkout: SUBSCRIPTION },
  {
    name: 'discounted subscription',
    path: '/pay/cs_test_a1b2',
    checkout: { ...SUBSCRIPTION, ...DISCOUNTED },
  },
  {
    name: 'saving of a card',
    path: '/pay/cs_test_a1b2',
    checkout: { ...HOSTED, mode: 'setup', lineItems: [], totalCents: null },
  },
  { name: 'invoice', path: '/invoice/invoice-token' },
  { name: 'receipt', path: '/receipt/receipt-token' },
]

for (const colorScheme of ['light', 'dark'] as const) {
  for (const { name, path, checkout = {} } of PAGES) {
    test(`the ${name} page is accessible and fits 320 px, in the ${colorScheme}`, async ({ page }) => {
      const server = await servePages(createMemoryPort({ checkout }))
      const problems: string[] = []
      page.on('console', (message) => problems.push(message.text()))
      await page.emulateMedia({ colorScheme })
      await page.setViewportSize({ width: 320, height: 640 })
      await page.goto(server.baseUrl + path)
      await expect(page.getByText('no real money moves')).toBeVisible()
      const { violations } = await new AxeBuilder({ page }).analyze()
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`)).toEqual([])
      const overflow = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      )
      expect(overflow).toBe(0)
      expect(problems).toEqual([])
      await server.close()
    })
  }
}

test('a promotion code shows its effect, and leaves the typed card alone', async ({ page }) => {
  const port = createMemoryPort({ checkout: SUBSCRIPTION })
  port.answerCode = (code) => {
    if (code !== null && code !== 'LAUNCH20') {
      return { kind: 'invalid', field: 'promotionCode', message: 'This code is invalid.' }
    }
    const none: Partial<CheckoutView> = { totalCents: 3_600, discount: null }
    port.checkout = { ...port.checkout, ...(code === null ? none : DISCOUNTED) }
    return null
  }
  const server = await servePages(port)
  await page.goto(`${server.baseUrl}/pay/cs_test_a1b2`)
  await page.getByLabel('Card number').fill('4242424242424242')

  await page.getByLabel('Promotion code').fill('NOSUCH')
  await page.keyboard.press('Enter')
  await expect(page.getByText('This code is invalid.')).toBeVisible()
  await page.getByLabel('Promotion code').fill('LAUNCH20')
  await page.getByRole('button', { name: 'Apply' }).click()
  await expect(page.getByText('20% off for 3 months')).toBeVisible()
  await expect(page.getByText('$28.80').first()).toBeVisible()
  await expect(page.getByLabel('Card number')).toHaveValue('4242 4242 4242 4242')

  await page.getByRole('button', { name: 'Remove' }).click()
  await expect(page.getByLabel('Promotion code')).toBeVisible()
  expect(port.codes).toEqual(['NOSUCH', 'LAUNCH20', null])
  expect(port.submissions).toEqual([])
  await server.close()
})

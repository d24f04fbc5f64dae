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

const PAGES: readonly Readonly<{ name: string; path: string; checkout?: Partial<CheckoutView> }>[] = [
  { name: 'index', path: '/' },
  { name: 'hosted checkout', path: '/pay/cs_test_a1b2', checkout: HOSTED },
  { name: 'paid checkout', path: '/pay/cs_test_a1b2', checkout: { ...HOSTED, status: 'complete' } },
  { name: 'expired checkout', path: '/pay/cs_test_a1b2', checkout: { ...HOSTED, status: 'expired' } },
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

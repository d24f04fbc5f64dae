import type { Page } from '@playwright/test'
import { balanceOn, openCheckout } from './checkout-form'
import { becomeCustomer, expect, test } from './product'

const SCRIPT_BYTES_MAX = 150_000

test('the billing page loads at most 150 kB of script, none of it for Checkout', async ({
  signedIn: page,
  site,
}) => {
  const scripts = collectScripts(page)
  await page.goto('/billing')
  await expect(page.getByText('No saved cards')).toBeVisible()
  await page.waitForLoadState('networkidle')

  const before = scripts.length
  const bytes = (await Promise.all(scripts.map(({ size }) => size))).reduce((sum, size) => sum + size, 0)
  test.info().annotations.push({ type: 'script bytes', description: bytes.toString() })
  expect(bytes).toBeGreaterThan(50_000)
  expect(bytes).toBeLessThanOrEqual(SCRIPT_BYTES_MAX)
  for (const { body } of scripts) expect(await body()).not.toContain('EmbeddedCheckoutProvider')
  expect(await page.evaluate(() => 'Stripe' in window)).toBe(false)

  await openCheckout(page)
  const later = scripts.slice(before)
  expect(later.map(({ url }) => url)).toContain(`${site.stack.stripeUrl}/stripe.js`)
  const bodies = await Promise.all(later.map(({ body }) => body()))
  expect(bodies.some((text) => text.includes('EmbeddedCheckoutProvider'))).toBe(true)
})

for (const width of [390, 1440]) {
  test(`nothing moves while the billing page loads, ${width.toString()} wide`, async ({
    signedIn: page,
    site,
    member,
  }) => {
    await becomeCustomer(member)
    await page.setViewportSize({ width, height: 900 })
    await page.addInitScript(() => {
      const shifts: number[] = []
      Object.assign(window, { shifts })
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) if ('value' in entry) shifts.push(Number(entry.value))
      }).observe({ type: 'layout-shift', buffered: true })
    })
    // Slow enough for every stage to be painted: the skeleton, our own part, Stripe's part, the reader's time zone.
    await slowStripe(site.stack.stripeUrl, 400)
    try {
      await page.goto('/billing')
      await expect(balanceOn(page)).toHaveText('$5.00')
      await expect(page.getByText('No saved cards')).toBeVisible()
      await expect(page.getByText('A subscription covers a number')).toBeVisible()
      await page.waitForLoadState('networkidle')
    } finally {
      await slowStripe(site.stack.stripeUrl, 0)
    }
    const shifts = await page.evaluate(() => ('shifts' in window ? window.shifts : null))
    expect(shifts).toEqual([])
  })
}

type Script = Readonly<{ url: string; size: Promise<number>; body: () => Promise<string> }>

/** Every script that the page gets from now on, with its compressed size. */
function collectScripts(page: Page): Script[] {
  const scripts: Script[] = []
  page.on('response', (response) => {
    if (response.request().resourceType() !== 'script') return
    const size = response
      .finished()
      .then(() => response.request().sizes())
      .then(({ responseBodySize }) => responseBodySize)
    scripts.push({ url: response.url(), size, body: () => response.text() })
  })
  return scripts
}

async function slowStripe(stripeUrl: string, latencyMs: number): Promise<void> {
  const method = latencyMs === 0 ? 'DELETE' : 'POST'
  const answer = await fetch(`${stripeUrl}/_emulator/faults`, {
    method,
    ...(latencyMs === 0 ? {} : { body: JSON.stringify({ latencyMs }) }),
  })
  expect(answer.ok, await answer.text()).toBe(true)
}

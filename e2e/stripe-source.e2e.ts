import { freePort } from '@/lib/dev/free-port'
import { startApp } from '@/lib/dev/programs/start-app'
import { openCheckout } from './checkout-form'
import { expect, signIn, test } from './product'

/** Enough of Stripe.js for the page to mount its frame. */
const STAND_IN = `window.Stripe = Object.assign((key) => ({
  elements() {}, createToken() {}, createPaymentMethod() {}, confirmCardPayment() {},
  createEmbeddedCheckoutPage: async ({ fetchClientSecret }) => {
    const secret = await fetchClientSecret()
    const frame = Object.assign(document.createElement('iframe'), {
      src: 'https://js.stripe.com/embedded?key=' + key + '&secret=' + encodeURIComponent(secret), title: 'Checkout' })
    return { mount: (element) => element.append(frame), unmount: () => frame.remove(), destroy() {} }
  },
}), { version: 'endive' })`

test('in the demo the page asks nobody but this machine, and names Stripe’s stand-in as the only other script', async ({
  signedIn: page,
  site,
}) => {
  const answer = await page.goto('/billing')
  const policy = answer?.headers()['content-security-policy'] ?? ''
  expect(policy).toContain(new URL(site.stack.stripeUrl).origin)
  await openCheckout(page)
  const sources = await page
    .locator('script[src]')
    .evaluateAll((all) => all.map((one) => one.getAttribute('src')))
  const foreign = sources.filter((source) => source !== null && !source.startsWith('/'))
  expect(foreign).toEqual([`${site.stack.stripeUrl}/stripe.js`])
})

test('with Stripe’s own keys only Stripe’s own script is loaded, under a policy that lets no other in', async ({
  page,
  site,
  member,
  context,
  watch,
}) => {
  const port = await freePort()
  const appUrl = `http://127.0.0.1:${port.toString()}`
  const { STRIPE_JS_URL: _, ...environment } = site.stack.environment
  const publishableKey = 'pk_test_51QrealisticLooking00abcdefgh'
  const app = await startApp({
    port,
    mode: 'start',
    environment: { ...environment, APP_URL: appUrl, STRIPE_PUBLISHABLE_KEY: publishableKey },
  })
  try {
    watch.allow(/Request to (https:\/\/js\.stripe\.com|http:\/\/127\.0\.0\.1)/)
    const asked: string[] = []
    await context.route('https://js.stripe.com/**', (route) => {
      const url = route.request().url()
      asked.push(url)
      return url.endsWith('.js')
        ? route.fulfill({ contentType: 'text/javascript', body: STAND_IN })
        : route.fulfill({
            contentType: 'text/html; charset=utf-8',
            body: '<title>Checkout</title><p>Stripe’s own form</p>',
          })
    })
    await signIn(page, { ...site, stack: { ...site.stack, appUrl } }, member)
    const answer = await page.goto(`${appUrl}/billing`)
    const policy = answer?.headers()['content-security-policy'] ?? ''
    expect(policy).not.toContain(new URL(site.stack.stripeUrl).origin)
    expect(policy).toMatch(/frame-src [^;]*https:\/\/js\.stripe\.com/)
    expect(await answer?.text()).not.toContain(site.stack.stripeUrl)
    expect(asked).toEqual([])

    await page.getByRole('button', { name: 'Add credits' }).click()
    const form = page.getByRole('dialog').frameLocator('iframe')
    await expect(form.getByText('Stripe’s own form')).toBeVisible()
    expect(asked[0]).toBe('https://js.stripe.com/endive/stripe.js')
    expect(asked[1]).toContain(`key=${publishableKey}&secret=cs_test_`)
    const sources = await page
      .locator('script[src]')
      .evaluateAll((all) => all.map((one) => one.getAttribute('src')))
    const foreign = sources.filter((source) => source !== null && !source.startsWith('/'))
    expect(foreign).toEqual(['https://js.stripe.com/endive/stripe.js'])
  } finally {
    await app.stop()
  }
})

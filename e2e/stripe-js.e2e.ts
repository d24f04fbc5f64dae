import AxeBuilder from '@axe-core/playwright'
import { expect, test as base, type FrameLocator, type Page } from '@playwright/test'
import type { CheckoutView } from '../lib/sandbox/page-port'
import { CLIENT_SECRET, createMemoryPort, type MemoryPort } from '../lib/sandbox/pages/testing/memory-port'
import { serveMerchant } from '../lib/sandbox/pages/testing/serve-merchant'
import { servePages } from '../lib/sandbox/pages/testing/serve-pages'

/** Opens a shop that mounts a session which differs from the usual one in what is given. */
type OpenShop = (checkout?: Partial<CheckoutView>) => Promise<Shop>
type Shop = Readonly<{ port: MemoryPort; frame: FrameLocator; baseUrl: string }>

const test = base.extend<{ openShop: OpenShop }>({
  openShop: async ({ page }, provide) => {
    const port = createMemoryPort()
    const pages = await servePages(port)
    const shop = await serveMerchant(`${pages.baseUrl}/stripe.js`)
    const problems: string[] = []
    page.on('pageerror', (error) => problems.push(error.message))
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') problems.push(message.text())
    })
    await provide(async (checkout = {}) => {
      port.checkout = { ...port.checkout, ...checkout }
      await page.goto(`${shop.baseUrl}/?secret=${encodeURIComponent(CLIENT_SECRET)}`)
      const frame = page.frameLocator('iframe[title="Secure payment form"]')
      return { port, frame, baseUrl: shop.baseUrl }
    })
    await Promise.all([pages.close(), shop.close()])
    expect(problems).toEqual([])
  },
})

const SAVED = [
  { id: 'pm_visa', brand: 'visa', last4: '4242', expMonth: 12, expYear: 2030 },
  { id: 'pm_mastercard', brand: 'mastercard', last4: '4444', expMonth: 3, expYear: 2029 },
]

async function fillCard(frame: FrameLocator, number = '4242424242424242') {
  await frame.getByLabel('E-mail').fill('ada@example.com')
  await frame.getByLabel('Card number').pressSequentially(number)
  await frame.getByLabel('Expires').pressSequentially('1230')
  await frame.getByLabel('CVC').fill('123')
  await frame.getByLabel('Name on card').fill('Ada Example')
}

const pay = (frame: FrameLocator) => frame.getByRole('button', { name: /^Pay/ })
const completions = (page: Page) => page.getByRole('status')

test('a payment with a typed amount and a new card ends in onComplete, once', async ({ page, openShop }) => {
  const { port, frame } = await openShop()
  await frame.getByLabel('Amount').fill('31.5')
  await fillCard(frame)
  await frame.getByLabel('Save payment information').check()
  await expect(frame.getByLabel('Card number')).toHaveValue('4242 4242 4242 4242')
  await expect(frame.getByLabel('Expires')).toHaveValue('12 / 30')
  await pay(frame).click()
  await expect(completions(page)).toHaveText('1 completed')
  await expect(frame.getByRole('heading', { name: 'Payment complete' })).toBeVisible()
  expect(port.submissions).toMatchObject([
    { amountCents: 3_150, email: 'ada@example.com', source: { number: '4242424242424242', save: true } },
  ])
})

test('the pay button names the amount as it is typed', async ({ openShop }) => {
  const { frame } = await openShop()
  await expect(pay(frame)).toHaveText('Pay $25.00')
  await frame.getByLabel('Amount').fill('1,000')
  await expect(pay(frame)).toHaveText('Pay $1,000.00')
  await frame.getByLabel('Amount').fill('lots')
  await expect(pay(frame)).toHaveText('Pay')
})

test('a double click sends one form', async ({ page, openShop }) => {
  const { port, frame } = await openShop()
  let finish: () => void = () => undefined
  const held = new Promise<void>((resolve) => (finish = resolve))
  port.answer = async () => {
    await held
    return { kind: 'complete', redirectUrl: null }
  }
  await fillCard(frame)
  await pay(frame).dblclick()
  await expect(pay(frame)).toHaveAttribute('aria-disabled', 'true')
  await expect(frame.getByRole('status')).toHaveText('Processing')
  await pay(frame).press('Enter')
  finish()
  await expect(completions(page)).toHaveText('1 completed')
  expect(port.submissions).toHaveLength(1)
})

test('a session that always returns takes the whole window there', async ({ page, openShop }) => {
  const { port, frame, baseUrl } = await openShop({ redirectOnCompletion: 'always' })
  port.answer = () => ({ kind: 'complete', redirectUrl: `${baseUrl}/return?session_id=cs_test_a1b2` })
  await fillCard(frame)
  await pay(frame).click()
  await page.waitForURL(`${baseUrl}/return?session_id=cs_test_a1b2`)
})

test('a decline is told, has the focus, and another card can be tried', async ({ page, openShop }) => {
  const { port, frame } = await openShop()
  port.answer = ({ source }) =>
    source.kind === 'new-card' && source.number.endsWith('0002')
      ? { kind: 'declined', message: 'Your card was declined.', code: 'card_declined', declineCode: null }
      : { kind: 'complete', redirectUrl: null }
  await fillCard(frame, '4000000000000002')
  await pay(frame).click()
  await expect(frame.getByRole('alert')).toHaveText('Your card was declined.')
  await expect(frame.getByRole('alert')).toBeFocused()
  await expect(frame.getByLabel('Card number')).toHaveValue('4000 0000 0000 0002')
  await frame.getByText('Test cards').click()
  await frame.getByRole('button', { name: 'Visa' }).click()
  await pay(frame).click()
  await expect(completions(page)).toHaveText('1 completed')
})

for (const [answer, button, outcome] of [
  ['approved', 'Approve', '1 completed'],
  ['denied', 'Deny', '0 completed'],
] as const) {
  test(`the bank's question, ${answer}, reaches the core with the same card`, async ({ page, openShop }) => {
    const { port, frame } = await openShop()
    port.answer = ({ authentication }) => {
      if (authentication === 'none') return { kind: 'authentication_required' }
      if (authentication === 'approved') return { kind: 'complete', redirectUrl: null }
      return { kind: 'declined', message: 'The bank said no.', code: 'card_declined', declineCode: null }
    }
    await fillCard(frame, '4000000000003220')
    await pay(frame).click()
    await expect(frame.getByRole('heading', { name: 'Is this you?' })).toBeFocused()
    await frame.getByRole('button', { name: button }).click()
    await expect(completions(page)).toHaveText(outcome)
    if (answer === 'denied') await expect(frame.getByRole('alert')).toHaveText('The bank said no.')
    expect(port.submissions.map((submission) => submission.authentication)).toEqual(['none', answer])
    expect(port.submissions[1]?.source).toEqual(port.submissions[0]?.source)
  })
}

test('the first saved card is chosen already, and a new one can be used instead', async ({
  openShop,
  page,
}) => {
  const { port, frame } = await openShop({ savedCards: SAVED, email: 'ada@example.com' })
  await expect(frame.getByRole('radio', { name: /Visa ending in 4242/ })).toBeChecked()
  await expect(frame.getByLabel('Card number')).toBeHidden()
  await frame.getByRole('radio', { name: 'New card' }).check()
  await expect(frame.getByLabel('Card number')).toBeVisible()
  await frame.getByRole('radio', { name: /Mastercard ending in 4444/ }).check()
  await pay(frame).click()
  await expect(completions(page)).toHaveText('1 completed')
  expect(port.submissions).toMatchObject([
    { source: { kind: 'saved-card', paymentMethodId: 'pm_mastercard' } },
  ])
})

test('every mistake is told under its field, and the first has the focus', async ({ openShop }) => {
  const { port, frame } = await openShop()
  await frame.getByLabel('Amount').fill('4.99')
  await pay(frame).click()
  await expect(frame.getByLabel('Amount')).toBeFocused()
  await expect(frame.getByLabel('Amount')).toHaveAccessibleDescription(/smallest amount is \$5\.00/)
  await expect(frame.getByLabel('Card number')).toHaveAttribute('aria-invalid', 'true')
  await frame.getByLabel('Amount').fill('5')
  await expect(frame.getByLabel('Amount')).not.toHaveAttribute('aria-invalid')
  expect(port.submissions).toHaveLength(0)
})

test('a lost answer says that nothing is paid twice, and the next try learns it was paid', async ({
  page,
  openShop,
}) => {
  const { port, frame } = await openShop()
  await fillCard(frame)
  await page.route('**/embedded/**', async (route) => {
    if (route.request().method() !== 'POST') return route.continue()
    await route.fetch()
    await route.fulfill({ status: 200, contentType: 'application/json', body: '{"kind":' })
  })
  await pay(frame).click()
  await expect(frame.getByRole('alert')).toContainText('nothing is paid twice')
  await page.unroute('**/embedded/**')
  await pay(frame).click()
  await expect(completions(page)).toHaveText('1 completed')
  expect(port.submissions).toHaveLength(1)
})

test('a session that expires while its page is open says so, in a frame of that size', async ({
  page,
  openShop,
}) => {
  const { port, frame } = await openShop()
  await fillCard(frame)
  port.checkout = { ...port.checkout, status: 'expired' }
  await pay(frame).click()
  await expect(frame.getByRole('heading', { name: 'This checkout has expired' })).toBeVisible()
  await expect.poll(() => page.locator('iframe').evaluate((iframe) => iframe.clientHeight)).toBeLessThan(400)
})

test('only one may live at a time; closed, the next one opens', async ({ page, openShop }) => {
  const { frame } = await openShop()
  await expect(pay(frame)).toBeVisible()
  await page.getByRole('button', { name: 'Open a second' }).click()
  await expect(page.getByText('IntegrationError')).toBeVisible()
  await page.getByRole('button', { name: 'Close' }).click()
  await expect(page.locator('iframe')).toHaveCount(0)
  await page.getByRole('button', { name: 'Open', exact: true }).click()
  await expect(pay(frame)).toBeVisible()
})

test('a message that is not from the frame completes nothing', async ({ page, openShop }) => {
  const { frame } = await openShop()
  await expect(pay(frame)).toBeVisible()
  await page.locator('iframe').evaluate((element) => {
    if (!(element instanceof HTMLIFrameElement)) throw new Error('There is no frame.')
    const { contentWindow: source, src } = element
    const { origin } = new URL(src)
    const data = { source: 'talktime-local-stripe', type: 'complete', redirectUrl: '/stolen' }
    const forged = [
      { data, origin: 'http://evil.example', source },
      { data, origin, source: window },
      { data: { ...data, source: 'another' }, origin, source },
    ]
    for (const message of forged) window.dispatchEvent(new MessageEvent('message', message))
  })
  await page.getByRole('heading', { name: 'Shop' }).click()
  await expect(completions(page)).toHaveText('0 completed')
  expect(new URL(page.url()).pathname).toBe('/')
})

test('the frame is as tall as its page, whatever is opened in it', async ({ page, openShop }) => {
  const { frame } = await openShop()
  const overflow = () =>
    frame.locator('html').evaluate((html) => html.ownerDocument.body.offsetHeight - window.innerHeight)
  await expect.poll(overflow).toBe(0)
  const before = await page.locator('iframe').evaluate((iframe) => iframe.clientHeight)
  await frame.getByText('Test cards').click()
  await expect.poll(overflow).toBe(0)
  expect(await page.locator('iframe').evaluate((iframe) => iframe.clientHeight)).toBeGreaterThan(before + 200)
  await frame.getByText('Test cards').click()
  await expect.poll(() => page.locator('iframe').evaluate((iframe) => iframe.clientHeight)).toBe(before)
})

test('the keyboard alone pays', async ({ page, openShop }) => {
  const { port, frame } = await openShop()
  await frame.getByLabel('Amount').focus()
  for (const text of ['40', 'ada@example.com', '4242424242424242', '1230', '123', 'Ada Example']) {
    await page.keyboard.press('ControlOrMeta+a')
    await page.keyboard.type(text)
    await page.keyboard.press('Tab')
  }
  await page.keyboard.press('Space')
  await page.keyboard.press('Enter')
  await expect(completions(page)).toHaveText('1 completed')
  expect(port.submissions).toMatchObject([{ amountCents: 4_000, source: { expMonth: 12, save: true } }])
})

test('digits typed in the middle of a number stay where they were typed', async ({ page, openShop }) => {
  const { frame } = await openShop()
  const number = frame.getByLabel('Card number')
  await number.pressSequentially('424242424242')
  await number.press('Home')
  await page.keyboard.type('5555')
  await expect(number).toHaveValue('5555 4242 4242 4242')
  await page.keyboard.press('Backspace')
  await expect(number).toHaveValue('5554 2424 2424 242')
  await page.keyboard.type('5')
  await expect(number).toHaveValue('5555 4242 4242 4242')
})

for (const colorScheme of ['light', 'dark'] as const) {
  test(`nothing is inaccessible or cut off at 320 px, in the ${colorScheme}`, async ({ page, openShop }) => {
    await page.emulateMedia({ colorScheme })
    await page.setViewportSize({ width: 320, height: 700 })
    const { port, frame } = await openShop({ savedCards: SAVED })
    const check = async () => {
      const { violations } = await new AxeBuilder({ page }).include('iframe').analyze()
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([])
      const overflow = frame.locator('html').evaluate((html) => html.scrollWidth - html.clientWidth)
      expect(await overflow).toBe(0)
    }
    await frame.getByRole('radio', { name: 'New card' }).check()
    await frame.getByText('Test cards').click()
    await pay(frame).click()
    await expect(frame.getByLabel('Card number')).toHaveAttribute('aria-invalid', 'true')
    await check()
    port.answer = () => ({ kind: 'authentication_required' })
    await fillCard(frame)
    await pay(frame).click()
    await expect(frame.getByRole('heading', { name: 'Is this you?' })).toBeVisible()
    await check()
    port.answer = () => ({ kind: 'complete', redirectUrl: null })
    await frame.getByRole('button', { name: 'Approve' }).click()
    await expect(frame.getByRole('heading', { name: 'Payment complete' })).toBeVisible()
    await check()
  })
}

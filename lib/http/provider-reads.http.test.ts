import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startCreditsCheckout } from '@/lib/core/top-ups/start-credits-checkout'
import { makeContext, type Container } from '@/lib/server/container'
import { openBrowserSession, type BrowserSession } from '@/lib/testing/browser-session'
import { localStripeControls, type LocalStripeControls } from '@/lib/testing/local-stripe'
import { addPerson, type TestPerson } from '@/lib/testing/person'
import { openStackContainer } from '@/lib/testing/stack-container'
import { useStack } from '@/lib/testing/use-stack'

const stack = useStack({ worker: false })

let container: Container
let stripe: LocalStripeControls
let ada: TestPerson
let browser: BrowserSession
/** Ada's Checkout, which nobody has paid. */
let sessionId: string

beforeAll(async () => {
  container = openStackContainer(stack())
  stripe = localStripeControls(stack().stripeUrl)
  ada = await addPerson(container)
  browser = openBrowserSession(stack().appUrl)
  await browser.signIn(ada)
  const ctx = await makeContext(container, ada.actor, 'req_test')
  const { clientSecret } = await startCreditsCheckout(ctx, { returnUrl: null, idempotencyKey: null })
  sessionId = clientSecret.split('_secret_', 1)[0] ?? ''
})

afterAll(() => container.close())

beforeEach(async () => {
  await container.databases.app.sql`delete from rate_limit`
  await stripe.forgetRequests()
})

const bucket = () => `read-provider:${String(ada.actor.accountId)}`

async function isTaken(): Promise<boolean> {
  const rows = await container.databases.app.sql`select from rate_limit where bucket = ${bucket()}`
  return rows.length > 0
}

/** Leaves the account no live read for an hour. */
async function spendReads(): Promise<void> {
  await container.databases.app.sql`
    insert into rate_limit (bucket, full_at) values (${bucket()}, clock_timestamp() + interval '1 hour')`
}

/** What pages ask for anew each time; prices are kept for all accounts. */
const asked = async () => (await stripe.requests()).filter(({ path }) => path !== '/v1/prices')

const PAGES = [
  '/billing',
  '/billing/return?session_id=',
  '/billing/invoices/in_1',
  '/billing/invoices',
  '/billing/payment-methods',
] as const
const addressOf = (page: string) => (page.endsWith('=') ? page + sessionId : page)

describe('a page that asks Stripe', () => {
  test.each(PAGES)('%s takes from the same bucket as the API', async (page) => {
    // Stripe's part of a page comes last.
    await (await browser.request(addressOf(page))).text()
    expect(await isTaken()).toBe(true)
    expect((await asked()).length).toBeGreaterThan(0)
  })

  test('/settings/api-keys does not, since it asks nothing', async () => {
    await browser.request('/settings/api-keys')
    expect(await isTaken()).toBe(false)
  })
})

describe('when the account has no live read left', () => {
  beforeEach(spendReads)

  test('the billing page shows what the database knows, and marks the rest, with a retry', async () => {
    const response = await browser.request('/billing')
    const text = await response.text()
    expect(response.status).toBe(200)
    expect(text).toContain('$5.00')
    expect(text).toContain('This page was loaded too often')
    expect(text).toContain('Try again')
    expect(await asked()).toEqual([])
  })

  test.each(['/billing/invoices', '/billing/payment-methods'])('%s says so, with a retry', async (page) => {
    const text = await (await browser.request(page)).text()
    expect(text).toContain('This page was loaded too often')
    expect(text).toContain('Try again')
    expect(await asked()).toEqual([])
  })

  test('the return page says that it will be booked, with a retry', async () => {
    const response = await browser.request(addressOf(PAGES[1]))
    const text = await response.text()
    expect(response.status).toBe(200)
    expect(text).toContain('This page was loaded too often')
    expect(text).toContain('Please do not pay again meanwhile.')
    expect(text).toContain('Try again')
    expect(await asked()).toEqual([])
  })

  test('an invoice is refused with 429, and when to come back', async () => {
    const response = await browser.request('/billing/invoices/in_1')
    expect(response.status).toBe(429)
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(60)
    expect(await asked()).toEqual([])
  })

  test('the API refuses, and the pages that ask nothing open', async () => {
    const headers = { authorization: `Bearer ${ada.key}` }
    expect((await fetch(`${stack().appUrl}/api/v1/billing`, { headers })).status).toBe(429)
    expect((await browser.request('/settings/api-keys')).status).toBe(200)
  })
})

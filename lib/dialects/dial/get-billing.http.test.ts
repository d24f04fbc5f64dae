import { request } from 'node:http'
import { describe, expect, it } from 'vitest'
import { createApiKey } from '@/lib/core/api-keys/create-api-key'
import { startCreditsCheckout } from '@/lib/core/top-ups/start-credits-checkout'
import { recordUsage } from '@/lib/core/usage/record-usage'
import { usd } from '@/lib/kit/money'
import { makeContext } from '@/lib/server/container'
import { openBrowserSession } from '@/lib/testing/browser-session'
import { addPerson } from '@/lib/testing/person'
import { BILLING, useDial } from '@/lib/testing/use-dial'

const dial = useDial()

describe('GET /api/v1/billing', () => {
  it('answers a key with what the account has', async () => {
    const { status, body } = await dial.answer(await dial.call(BILLING))
    expect(status).toBe(200)
    expect(body).toMatchObject({
      balanceCents: 500,
      numbersReleaseAt: null,
      subscription: null,
      deposits: [{ amountCents: 500, kind: 'welcome', invoiceId: null }],
      pricing: { monthlyCents: 1_200, annualCents: 12_000 },
      recentUsage: [],
    })
  })

  it('answers the signed-in owner with the same', async () => {
    const browser = openBrowserSession(dial.appUrl())
    await browser.signIn(dial.ada())
    const [session, key] = [await browser.request(BILLING), await dial.call(BILLING)]
    expect(await dial.answer(session)).toEqual(await dial.answer(key))
  })

  it('shows a card that was saved in Checkout, and usage below zero with the day the numbers go', async () => {
    const carol = await addPerson(dial.container())
    const ctx = await makeContext(dial.container(), carol.actor, 'req_test')
    const now = ctx.now()
    await recordUsage(ctx, [
      {
        id: 'u1',
        numberId: null,
        fareName: 'Call',
        billedQuantity: 3,
        amount: usd(5_000_001n),
        occurredAt: now,
      },
    ])
    const { clientSecret } = await startCreditsCheckout(ctx, { returnUrl: null, idempotencyKey: null })
    await dial.stripe.pay(clientSecret.split('_secret_', 1)[0] ?? '', { cents: 500, save: true })
    const { body } = await dial.answer(await dial.call(BILLING, {}, carol.key))
    const days = 30 * 24 * 60 * 60 * 1000
    expect(body).toMatchObject({
      balanceCents: -1,
      numbersReleaseAt: `${new Date(now.getTime() + days).toISOString().slice(0, 19)}Z`,
      paymentMethods: [
        { type: 'card', brand: 'visa', last4: '4242', expMonth: 12, expYear: 2040, email: null },
      ],
      recentUsage: [
        { fareName: 'Call', number: null, billedQuantity: 3, totalCents: 501, attribution: 'wallet' },
      ],
    })
  })

  it('tolerates a query and a content type', async () => {
    const response = await dial.call(`${BILLING}?a=1&a=2`, {
      headers: { 'content-type': 'application/json' },
    })
    expect((await dial.answer(response)).status).toBe(200)
  })

  it('leaves a body that comes with it unread', async () => {
    const headers = {
      authorization: `Bearer ${dial.ada().key}`,
      'content-type': 'application/json',
      'content-length': 2,
    }
    // fetch sends no body with a GET.
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const sent = request(new URL(BILLING, dial.appUrl()), { headers }, (response) => {
        response.resume()
        resolve(response.statusCode)
      })
      sent.on('error', reject)
      sent.end('{}')
    })
    expect(status).toBe(200)
  })

  it('is 503 with a time to come back while Stripe is down, and works again afterwards', async () => {
    await dial.openSession()
    await dial.cut('stripe')
    const response = await dial.call(BILLING)
    expect((await dial.answer(response)).status).toBe(503)
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0)
    await dial.mend('stripe')
    expect((await dial.answer(await dial.call(BILLING))).status).toBe(200)
  })

  it('is 503 with a time to come back while the database is down, and works again afterwards', async () => {
    await dial.cut('database')
    const response = await dial.call(BILLING)
    expect((await dial.answer(response)).status).toBe(503)
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0)
    await dial.mend('database')
    expect((await dial.answer(await dial.call(BILLING))).status).toBe(200)
  })

  it('is 403 for a key without the right to read', async () => {
    const ctx = await makeContext(dial.container(), dial.ada().actor, 'req_test')
    const pepper = dial.container().env.API_KEY_PEPPER
    const { key } = await createApiKey(ctx, { name: 'usage only', scopes: ['usage:write'], pepper })
    expect((await dial.answer(await dial.call(BILLING, {}, key))).status).toBe(403)
  })

  it.each(['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])('is 405 for %s', async (method) => {
    const response = await dial.call(BILLING, { method })
    expect((await dial.answer(response)).status).toBe(405)
    expect(response.headers.get('allow')).toBe('GET')
  })
})

describe("another account's invoice", () => {
  it('is 404 for the signed-in owner of this one, and a redirect for its own', async () => {
    await dial.freshCheckoutBucket()
    const sessionId = await dial.openSession()
    await dial.stripe.pay(sessionId, { cents: 500 })
    const { invoice } = await dial.stripe.client.checkout.sessions.retrieve(sessionId)
    const path = `/billing/invoices/${typeof invoice === 'string' ? invoice : ''}`
    const [owner, stranger] = [openBrowserSession(dial.appUrl()), openBrowserSession(dial.appUrl())]
    await owner.signIn(dial.ada())
    await stranger.signIn(dial.bob())
    const [seen, refused] = [await owner.request(path), await stranger.request(path)]
    expect(seen.status).toBe(303)
    expect(seen.headers.get('location')).toContain(dial.stripe.url)
    expect(refused.status).toBe(404)
    expect(refused.headers.get('location')).toBeNull()
  })
})

describe('the rest of /api/v1', () => {
  it.each(['/api/v1', '/api/v1/nothing', '/api/v1/billing/nothing', '/api/v1/billing/checkout'])(
    '%s is 404 in the envelope, for every method',
    async (path) => {
      for (const method of ['GET', 'POST', 'DELETE']) {
        expect(await dial.answer(await dial.call(path, { method }))).toEqual({
          status: 404,
          body: { error: 'Not found' },
        })
      }
    },
  )
})

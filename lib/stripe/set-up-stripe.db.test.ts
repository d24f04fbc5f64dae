import pino from 'pino'
import { describe, expect, it } from 'vitest'
import { useLocalStripe } from '@/lib/testing/use-local-stripe'
import { useTestDatabase } from '@/lib/testing/use-test-database'
import { API_VERSION } from './open-client'
import { setUpStripe, type StripeSetup } from './set-up-stripe'

useTestDatabase()
const stripe = useLocalStripe()

const APP_URL = 'http://127.0.0.1:4000'
const setUp = (change: Partial<StripeSetup> = {}) =>
  setUpStripe({
    secretKey: 'sk_test_talktime',
    publishableKey: 'pk_test_talktime',
    apiBase: stripe.url,
    appUrl: APP_URL,
    replaceWebhook: false,
    log: pino({ level: 'silent' }),
    ...change,
  })

describe('setUpStripe', () => {
  it('makes what is missing, and nothing twice', async () => {
    const first = await setUp()
    expect(first.livemode).toBe(false)
    expect(first.webhookSecret).toMatch(/^whsec_/)
    const second = await setUp()
    expect(second.webhookSecret).toBeNull()
    expect(second.items.map(({ made }) => made)).toEqual(second.items.map(() => false))
    expect(second.items.map(({ id }) => id)).toEqual(first.items.map(({ id }) => id))
    const { data } = await stripe.client.webhookEndpoints.list()
    expect(data.filter((endpoint) => endpoint.url === `${APP_URL}/api/stripe/webhook`)).toMatchObject([
      { api_version: API_VERSION, status: 'enabled' },
    ])
  })

  it('replaces the endpoint on request, with a new secret', async () => {
    const before = await setUp({ replaceWebhook: true })
    const after = await setUp({ replaceWebhook: true })
    expect(after.webhookSecret).not.toBeNull()
    expect(after.webhookSecret).not.toBe(before.webhookSecret)
  })

  it('gives up an endpoint that renders events in the API version of the account only when told to', async () => {
    const appUrl = 'http://127.0.0.1:4001'
    await stripe.client.webhookEndpoints.create({
      url: `${appUrl}/api/stripe/webhook`,
      enabled_events: ['*'],
    })
    await expect(setUp({ appUrl })).rejects.toThrow('--replace-webhook')
    await expect(setUp({ appUrl, replaceWebhook: true })).resolves.toMatchObject({
      webhookSecret: expect.stringMatching(/^whsec_/) as string,
    })
  })

  it("keeps an operator's own bundle, if it says how many credits it grants", async () => {
    const make = (metadata: Record<string, string>) =>
      stripe.client.prices.create({
        product: 'talktime_credits_bundle',
        currency: 'usd',
        unit_amount: 9_000,
        metadata,
        lookup_key: 'talktime_credits_bundle',
        transfer_lookup_key: true,
      })
    const own = await make({ credits: '10000' })
    expect((await setUp()).items.map(({ id }) => id)).toContain(own.id)
    await make({ credits: 'many' })
    await expect(setUp()).rejects.toThrow('talktime_credits_bundle')
    await make({ credits: '10000' })
  })

  it("keeps an operator's own price, if it can do the job", async () => {
    const make = (currency: string) =>
      stripe.client.prices.create({
        product: 'talktime_number',
        currency,
        unit_amount: 1_500,
        recurring: { interval: 'month' },
        lookup_key: 'talktime_number_monthly',
        transfer_lookup_key: true,
      })
    const own = await make('usd')
    expect((await setUp()).items.map(({ id }) => id)).toContain(own.id)
    await make('eur')
    await expect(setUp()).rejects.toThrow('talktime_number_monthly')
  })

  it.each<[string, Partial<StripeSetup>, string]>([
    ['a live key with a test key', { secretKey: 'sk_live_1' }, 'different modes'],
    ['a test key with a live key', { publishableKey: 'pk_live_1' }, 'different modes'],
    ['a live key with a stand-in', { secretKey: 'sk_live_1', publishableKey: undefined }, 'STRIPE_API_BASE'],
    [
      'a live key with an address that Stripe cannot reach',
      { secretKey: 'rk_live_1', publishableKey: 'pk_live_1', apiBase: undefined },
      'https only',
    ],
  ])('refuses %s', async (_case, change, reason) => {
    await expect(setUp(change)).rejects.toThrow(reason)
  })
})

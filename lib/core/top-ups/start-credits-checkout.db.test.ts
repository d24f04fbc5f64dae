import { describe, expect, it } from 'vitest'
import type { Actor } from '@/lib/core/actor'
import { useCheckoutStarts } from '@/lib/testing/use-checkout-starts'

const { stripe, open, start, ordersOf } = useCheckoutStarts()
const sessionOf = async (clientSecret: string) =>
  stripe.client.checkout.sessions.retrieve(clientSecret.split('_secret_', 1)[0] ?? '')
const posts = async (path: string) =>
  (await stripe.requests()).filter((request) => request.method === 'POST' && request.path === path)

describe('startCreditsCheckout', () => {
  it('opens a Checkout in which the customer types the amount, may save the card, and gets an invoice', async () => {
    const account = await open()
    const { clientSecret } = await start(account.owner)
    const session = await sessionOf(clientSecret)
    const [order] = await ordersOf(account)
    expect(order).toMatchObject({ state: 'open', stripe_session_id: session.id })
    const metadata = { order_id: order?.id, account_id: String(account.accountId) }
    expect(session).toMatchObject({
      mode: 'payment',
      ui_mode: 'embedded_page',
      customer: order?.stripe_customer_id,
      client_reference_id: order?.id,
      metadata,
      invoice_creation: { enabled: true, invoice_data: { metadata } },
      saved_payment_method_options: { payment_method_save: 'enabled' },
      livemode: false,
    })
    const { data } = await stripe.client.checkout.sessions.listLineItems(session.id)
    expect(data[0]?.price?.custom_unit_amount).toMatchObject({
      minimum: 500,
      maximum: 100_000,
      preset: 2_500,
    })
  })

  it.each([
    { kind: 'user', returnUrl: null, redirect: 'if_required' },
    { kind: 'user', returnUrl: 'https://partner.example/back', redirect: 'always' },
    { kind: 'api-key', returnUrl: null, redirect: 'always' },
    { kind: 'api-key', returnUrl: 'https://partner.example/back', redirect: 'always' },
  ])('returns a $kind with return URL $returnUrl: $redirect', async ({ kind, returnUrl, redirect }) => {
    const account = await open()
    const actor = kind === 'user' ? account.owner : account.program
    const session = await sessionOf((await start(actor, { returnUrl })).clientSecret)
    expect(session.redirect_on_completion).toBe(redirect)
    expect(session.return_url).toBe(
      returnUrl ?? 'https://app.talktime.example/billing/return?session_id={CHECKOUT_SESSION_ID}',
    )
  })

  it('makes one customer of an account, however many Checkouts start at once', async () => {
    const account = await open()
    await stripe.forgetRequests()
    await Promise.all(Array.from({ length: 20 }, () => start(account.owner)))
    const orders = await ordersOf(account)
    expect(orders).toHaveLength(20)
    expect(new Set(orders.map((order) => order.stripe_customer_id)).size).toBe(1)
    expect(new Set((await posts('/v1/customers')).map((request) => request.idempotencyKey)).size).toBe(1)
    const { data } = await stripe.client.customers.list({ email: account.email })
    expect(data).toHaveLength(1)
    expect(data[0]?.metadata).toEqual({
      account_id: String(account.accountId),
      deed: expect.stringMatching(/^[0-9a-f]{64}$/),
    })
  })

  it('derives the key of each Checkout from its order', async () => {
    const account = await open()
    await stripe.forgetRequests()
    await start(account.owner)
    const [order] = await ordersOf(account)
    expect((await posts('/v1/checkout/sessions')).map((request) => request.idempotencyKey)).toEqual([
      `${order?.id ?? ''}:checkout`,
    ])
  })

  it.each(['500', '500-after', 'reset-before', 'reset-after', 'truncate', '429', '409'])(
    'makes one Checkout of one order when Stripe fails with %s and is asked again',
    async (kind) => {
      const account = await open()
      await start(account.owner)
      await stripe.forgetRequests()
      await stripe.plan({ requests: [{ method: 'POST', path: '/v1/checkout/sessions', kind }] })
      const { clientSecret } = await start(account.owner)
      const sent = await posts('/v1/checkout/sessions')
      expect(sent.length).toBeGreaterThan(1)
      expect(new Set(sent.map(({ idempotencyKey }) => idempotencyKey?.split(':', 1)[0])).size).toBe(1)
      const { data } = await stripe.client.checkout.sessions.list({
        customer: (await ordersOf(account))[0]?.stripe_customer_id ?? '',
      })
      expect(data.map((session) => session.id)).toContain((await sessionOf(clientSecret)).id)
      expect(data).toHaveLength(2)
    },
  )

  it('says that the provider is not there, and lets a retry with the same key begin anew', async () => {
    const account = await open()
    await start(account.owner)
    await stripe.plan({
      requests: [{ method: 'POST', path: '/v1/checkout/sessions', kind: '429', times: 3 }],
    })
    const attempt = () => start(account.owner, { idempotencyKey: 'again' })
    await expect(attempt()).rejects.toMatchObject({
      code: 'payment_provider_unavailable',
      retryAfterSeconds: expect.any(Number),
    })
    await attempt()
    expect((await ordersOf(account)).map((order) => order.state)).toEqual(['open', 'created', 'open'])
  })

  it.each(['500', '500-after'])(
    'makes one customer though Stripe repeats its %s under the key for 24 hours',
    async (kind) => {
      const account = await open()
      await stripe.plan({ requests: [{ method: 'POST', path: '/v1/customers', kind }] })
      await start(account.owner)
      const { data } = await stripe.client.customers.list({ email: account.email })
      expect(data).toHaveLength(1)
    },
  )

  it.each([
    { kind: '500', times: 3 },
    { kind: '500-after', times: 1 },
  ])(
    'adopts no customer of the same e-mail and account that something else made, when Stripe fails with $kind',
    async ({ kind, times }) => {
      const account = await open()
      const foreign = await stripe.client.customers.create({
        email: account.email,
        metadata: { account_id: String(account.accountId) },
      })
      await stripe.plan({ requests: [{ method: 'POST', path: '/v1/customers', kind, times }] })
      await start(account.owner)
      const [order] = await ordersOf(account)
      expect(order?.stripe_customer_id).not.toBe(foreign.id)
      const { data } = await stripe.client.customers.list({ email: account.email })
      expect(data.map(({ id }) => id)).toEqual([order?.stripe_customer_id, foreign.id])
    },
  )

  it('replaces a customer that was deleted at Stripe', async () => {
    const account = await open()
    await start(account.owner)
    const [before] = await ordersOf(account)
    await stripe.client.customers.del(before?.stripe_customer_id ?? '')
    await start(account.owner, { idempotencyKey: 'after' })
    const [, abandoned, after] = await ordersOf(account)
    expect(abandoned).toMatchObject({ state: 'expired', stripe_session_id: null })
    expect(after).toMatchObject({ state: 'open' })
    expect(after?.stripe_customer_id).not.toBe(before?.stripe_customer_id)
  })

  it('refuses an impersonator, a viewer and a key without the right', async () => {
    const account = await open()
    const { accountId } = account
    const as = (actor: Actor) => start(actor).catch((error: unknown) => error)
    expect(
      await as({ kind: 'impersonator', staffUserId: 's', reason: 'r', accountId, scopes: ['billing:read'] }),
    ).toMatchObject({ code: 'impersonating' })
    expect(
      await as({ kind: 'user', userId: 'u', role: 'viewer', accountId, scopes: ['billing:read'] }),
    ).toMatchObject({ code: 'forbidden' })
    expect(await as({ kind: 'api-key', keyId: 'k', accountId, scopes: ['billing:read'] })).toMatchObject({
      code: 'forbidden',
    })
    expect(await ordersOf(account)).toEqual([])
  })

  it('refuses a foreign return URL before anything is written or sent', async () => {
    const account = await open()
    await stripe.forgetRequests()
    await expect(start(account.owner, { returnUrl: 'https://evil.example' })).rejects.toMatchObject({
      code: 'invalid_input',
      fields: { formErrors: [], fieldErrors: { returnUrl: [expect.any(String)] } },
    })
    expect(await ordersOf(account)).toEqual([])
    expect(await stripe.requests()).toEqual([])
  })
})

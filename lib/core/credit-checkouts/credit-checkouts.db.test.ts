import postgres from 'postgres'
import { afterAll, describe, expect, it } from 'vitest'
import type { Actor } from '@/lib/core/actor'
import { settleCheckout } from '@/lib/core/top-ups/settle-checkout'
import { parseEnv } from '@/lib/env'
import { usdFromCents } from '@/lib/kit/money'
import { makeContext, openContainer, type Container } from '@/lib/server/container'
import { openTestAccount, type TestAccount } from '@/lib/testing/open-test-account'
import { memberActor } from '@/lib/testing/test-context'
import { useTestContainer } from '@/lib/testing/test-container'
import { productEnv } from '@/lib/testing/product-env'
import { subscribe } from '@/lib/testing/subscriptions'
import { openCustomer, readBooks } from '@/lib/testing/top-up'
import { useLocalStripe } from '@/lib/testing/use-local-stripe'
import { useTestDatabase } from '@/lib/testing/use-test-database'
import { startBundleCheckout, type BundleCheckoutInput } from './start-bundle-checkout'
import { startCountCheckout } from './start-count-checkout'

const database = useTestDatabase()
const stripe = useLocalStripe()
const environment = () => ({
  ...stripe.env,
  APP_URL: 'https://app.talktime.example',
  RETURN_URL_ORIGINS: 'https://partner.example',
})
const container = useTestContainer(database, environment)
const opened: Container[] = []
afterAll(async () => {
  for (const adapters of opened) await adapters.close()
})

/** A process that was started just now, and knows the prices of now: each keeps them for a minute. */
function startedNow(): Container {
  const adapters = openContainer(parseEnv(productEnv(database, environment())), 'worker')
  opened.push(adapters)
  return adapters
}

const open = () => openTestAccount(database.db)
const contextOf = (actor: Actor, adapters = container()) => makeContext(adapters, actor, 'req_test')
const startBundle = async (actor: Actor, input: Partial<BundleCheckoutInput> = {}, adapters = container()) =>
  startBundleCheckout(await contextOf(actor, adapters), {
    quantity: 1,
    successUrl: 'example',
    cancelUrl: 'https://partner.example/back',
    idempotencyKey: null,
    ...input,
  })
const startCount = async (actor: Actor, credits: number, idempotencyKey: string | null = null) =>
  startCountCheckout(await contextOf(actor), { credits, idempotencyKey })

const ordersOf = (account: TestAccount) => database.db.sql<
  { id: string; state: string; due_micros: bigint; credit_micros: bigint; stripe_session_id: string | null }[]
>`
  select id, state, due_micros, credit_micros, stripe_session_id from credit_order
   where account_id = ${account.accountId} order by id`

/** What came into the wallet and from where: stripe is 3, promotions are 5. */
const legsOf = async ({ accountId }: TestAccount) =>
  (
    await database.db.sql<{ from_id: bigint; amount_micros: bigint }[]>`
      select t.from_id, t.amount_micros from ledger.transfer t join ledger.posting p on p.id = t.posting_id
       where t.account_id = ${accountId} and p.code = 'deposit_card' order by t.posting_id, t.leg`
  ).map((leg) => [Number(leg.from_id), leg.amount_micros])

async function pay(account: TestAccount, sessionId: string) {
  expect(await stripe.pay(sessionId, { cents: null })).toMatchObject({ kind: 'complete' })
  return settleCheckout(await contextOf(account.owner), sessionId)
}

const setBundlePrice = (cents: number, credits = 2_500) =>
  stripe.client.prices.create({
    product: 'talktime_credits_bundle',
    currency: 'usd',
    unit_amount: cents,
    metadata: { credits: String(credits) },
    lookup_key: 'talktime_credits_bundle',
    transfer_lookup_key: true,
  })

describe('startBundleCheckout', () => {
  it("opens Stripe's own page for so many bundles, with an invoice and both ways back", async () => {
    const account = await open()
    const { checkoutUrl, sessionId } = await startBundle(account.program, { quantity: 3 })
    const session = await stripe.client.checkout.sessions.retrieve(sessionId)
    const [order] = await ordersOf(account)
    expect(session).toMatchObject({
      url: checkoutUrl,
      ui_mode: 'hosted_page',
      amount_total: 7_500,
      success_url: 'https://app.talktime.example/example',
      cancel_url: 'https://partner.example/back',
      client_reference_id: order?.id,
      invoice_creation: { enabled: true, invoice_data: { metadata: { order_id: order?.id } } },
    })
    expect(order).toMatchObject({
      state: 'open',
      stripe_session_id: sessionId,
      due_micros: 75_000_000n,
      credit_micros: 75_000_000n,
    })
  })

  it('credits nothing until it is paid, and then once', async () => {
    const account = await open()
    const { sessionId } = await startBundle(account.program, { quantity: 2 })
    expect((await readBooks(container(), account.accountId)).balance).toBe(0n)
    const paid = { state: 'credited', paid: usdFromCents(5_000) }
    expect(await pay(account, sessionId)).toEqual(paid)
    expect(await settleCheckout(await contextOf(account.owner), sessionId)).toEqual(paid)
    expect(await legsOf(account)).toEqual([[3, 50_000_000n]])
  })

  it('grants what the credits are worth where they cost less or more, the excess from promotions', async () => {
    const [cheap, dear] = await Promise.all([open(), open()])
    await setBundlePrice(2_000)
    const below = await startBundle(cheap.program, { quantity: 2 }, startedNow())
    await setBundlePrice(3_000)
    const above = await startBundle(dear.program, {}, startedNow())
    await setBundlePrice(2_500)
    expect(await pay(cheap, below.sessionId)).toEqual({ state: 'credited', paid: usdFromCents(5_000) })
    expect(await legsOf(cheap)).toEqual([
      [3, 40_000_000n],
      [5, 10_000_000n],
    ])
    expect(await pay(dear, above.sessionId)).toEqual({ state: 'credited', paid: usdFromCents(2_500) })
    expect(await legsOf(dear)).toEqual([[3, 25_000_000n]])
  })

  it('answers a repeat with the same key alike, whatever the price is by then, and refuses another request', async () => {
    const account = await open()
    const first = await startBundle(account.program, { idempotencyKey: 'k' })
    await setBundlePrice(2_400)
    const changed = startedNow()
    expect(await startBundle(account.program, { idempotencyKey: 'k' }, changed)).toEqual(first)
    await setBundlePrice(2_500)
    for (const change of [{ quantity: 2 }, { successUrl: 'other' }, { cancelUrl: 'other' }]) {
      await expect(startBundle(account.program, { idempotencyKey: 'k', ...change })).rejects.toMatchObject({
        code: 'idempotency_key_reused',
      })
    }
    await expect(
      startCountCheckout(await contextOf(account.program), { credits: 100, idempotencyKey: 'k' }),
    ).rejects.toMatchObject({ code: 'idempotency_key_reused' })
    expect(await ordersOf(account)).toHaveLength(1)
  })

  it('takes a key up again at the price of now, if the process that held it died and the price changed', async () => {
    const account = await open()
    const first = await startBundle(account.program, { idempotencyKey: 'k' })
    await database.db.sql`
      update idempotency_record set answer = null, leased_until = now() where account_id = ${account.accountId}`
    await database.db.sql`
      update credit_order set state = 'created', stripe_session_id = null where account_id = ${account.accountId}`
    await setBundlePrice(2_000)
    const second = await startBundle(account.program, { idempotencyKey: 'k' }, startedNow())
    await setBundlePrice(2_500)
    expect(second.sessionId).not.toBe(first.sessionId)
    expect(await ordersOf(account)).toMatchObject([
      { state: 'expired', due_micros: 25_000_000n },
      { state: 'open', due_micros: 20_000_000n, credit_micros: 25_000_000n },
    ])
  })

  it('names each URL that may not be returned to, and writes and sends nothing', async () => {
    const account = await open()
    await stripe.forgetRequests()
    await expect(
      startBundle(account.program, { successUrl: 'https://evil.example', cancelUrl: 'javascript:alert(1)' }),
    ).rejects.toMatchObject({
      code: 'invalid_input',
      fields: {
        formErrors: [],
        fieldErrors: { successUrl: [expect.any(String)], cancelUrl: [expect.any(String)] },
      },
    })
    expect(await ordersOf(account)).toEqual([])
    expect((await stripe.requests()).filter(({ method }) => method === 'POST')).toEqual([])
  })

  it('says whom to ask where the bundle is not on sale', async () => {
    const { data } = await stripe.client.prices.list({ lookup_keys: ['talktime_credits_bundle'] })
    for (const { id } of data) await stripe.client.prices.update(id, { active: false })
    const account = await open()
    await expect(startBundle(account.program, {}, startedNow())).rejects.toMatchObject({
      code: 'payment_provider_unavailable',
      remedy: 'operator',
    })
    await setBundlePrice(2_500)
  })
})

describe('startCountCheckout', () => {
  it('asks for exactly what the credits are worth, and returns to our own pages', async () => {
    const account = await open()
    const { sessionId } = await startCount(account.program, 1_000)
    expect(await stripe.client.checkout.sessions.retrieve(sessionId)).toMatchObject({
      amount_total: 1_000,
      success_url: 'https://app.talktime.example/billing/return?session_id={CHECKOUT_SESSION_ID}',
      cancel_url: 'https://app.talktime.example/billing',
    })
    const { data } = await stripe.client.checkout.sessions.listLineItems(sessionId)
    expect(data).toMatchObject([{ description: '1,000 Talktime credits', quantity: 1, amount_total: 1_000 }])
    expect(await pay(account, sessionId)).toEqual({ state: 'credited', paid: usdFromCents(1_000) })
    expect(await legsOf(account)).toEqual([[3, 10_000_000n]])
  })

  it('replays by key', async () => {
    const account = await open()
    const first = await startCount(account.program, 100, 'k')
    expect(await startCount(account.program, 100, 'k')).toEqual(first)
    await expect(startCount(account.program, 101, 'k')).rejects.toMatchObject({
      code: 'idempotency_key_reused',
    })
  })
})

describe('both', () => {
  it.each<[string, (account: TestAccount) => Actor, string]>([
    ['a viewer', ({ accountId }) => memberActor(accountId, 'u', 'viewer'), 'forbidden'],
    [
      'a key that may only read',
      ({ accountId }) => ({ kind: 'api-key', keyId: 'k', accountId, scopes: ['billing:read'] }),
      'forbidden',
    ],
    [
      'an impersonator',
      ({ accountId }) => ({
        kind: 'impersonator',
        staffUserId: 's',
        reason: 'r',
        accountId,
        scopes: ['billing:read'],
      }),
      'impersonating',
    ],
  ])('refuse %s', async (_who, actorOf, code) => {
    const account = await open()
    await expect(startBundle(actorOf(account))).rejects.toMatchObject({ code })
    await expect(startCount(actorOf(account), 100)).rejects.toMatchObject({ code })
    expect(await ordersOf(account)).toEqual([])
  })

  it('are refused while a subscription is active', async () => {
    const customer = await openCustomer(container())
    await subscribe(container(), stripe, customer)
    const ctx = await customer.context()
    const refusal = { code: 'subscription_active' }
    const urls = { successUrl: 'a', cancelUrl: 'b', idempotencyKey: null }
    await expect(startBundleCheckout(ctx, { quantity: 1, ...urls })).rejects.toMatchObject(refusal)
    await expect(startCountCheckout(ctx, { credits: 100, idempotencyKey: null })).rejects.toMatchObject(
      refusal,
    )
  })

  it('book nothing where something else was paid than was due, and leave it to staff', async () => {
    const account = await open()
    const { sessionId } = await startCount(account.program, 500)
    await stripe.pay(sessionId, { cents: null })
    const owner = postgres(database.ownerUrl, { max: 1 })
    await owner`update credit_order set due_micros = 4990000 where stripe_session_id = ${sessionId}`
    await owner.end()
    expect(await settleCheckout(await contextOf(account.owner), sessionId)).toEqual({
      state: 'review',
      paid: usdFromCents(500),
    })
    expect(await legsOf(account)).toEqual([])
  })
})

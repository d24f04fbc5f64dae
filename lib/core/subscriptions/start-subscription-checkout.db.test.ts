import { describe, expect, it } from 'vitest'
import { newId } from '@/lib/kit/ids'
import { drainJobs } from '@/lib/jobs/drain-jobs'
import { makeContext } from '@/lib/server/container'
import { openSubscriptionCheckout, subscribe } from '@/lib/testing/subscriptions'
import { useTestContainer } from '@/lib/testing/test-container'
import { openCustomer, type Customer } from '@/lib/testing/top-up'
import { useLocalStripe } from '@/lib/testing/use-local-stripe'
import { useTestDatabase } from '@/lib/testing/use-test-database'
import { buyOne } from '@/lib/testing/subscriptions'
import { releaseNumber } from '../numbers/release-number'
import { startCreditsCheckout } from '../top-ups/start-credits-checkout'
import { getBilling } from '../wallets/get-billing'
import { settleOpenSubscriptionCheckout, settleSubscriptionCheckout } from './settle-subscription-checkout'
import { startSubscriptionCheckout, type SubscriptionCheckoutInput } from './start-subscription-checkout'

const database = useTestDatabase()
const stripe = useLocalStripe()
const container = useTestContainer(database, () => stripe.env)

const start = async (customer: Customer, input: Partial<SubscriptionCheckoutInput> = {}) =>
  startSubscriptionCheckout(await customer.context(), {
    interval: 'monthly',
    returnUrl: null,
    idempotencyKey: null,
    ...input,
  })
const sessionOf = ({ clientSecret }: Readonly<{ clientSecret: string }>) =>
  clientSecret.split('_secret_', 1)[0] ?? ''
const statusOf = async (sessionId: string) =>
  (await stripe.client.checkout.sessions.retrieve(sessionId)).status
const charges = async (customer: Customer) => {
  const [row] = await database.db.sql<{ count: number }[]>`
    select count(*)::int as count from ledger.posting where account_id = ${customer.accountId} and code = 'subscription'`
  return row?.count
}

/** With credit enough for numbers. */
async function openRichCustomer(): Promise<Customer> {
  const customer = await openCustomer(container())
  await database.db.sql`
    select ledger.grant_credit(${customer.accountId}, 'deposit_manual', 'test', 'purchased', 0, 20000000, 0, null, now(), now())`
  return customer
}

describe('startSubscriptionCheckout', () => {
  it('opens one Checkout for all numbers, however many ask at once, and the same again later', async () => {
    const customer = await openRichCustomer()
    await buyOne(customer)
    const opened = await Promise.all(Array.from({ length: 8 }, () => start(customer)))
    expect(new Set(opened.map(sessionOf)).size).toBe(1)
    expect(await start(customer)).toEqual(opened[0])
    const session = await stripe.client.checkout.sessions.retrieve(sessionOf(await start(customer)), {
      expand: ['line_items'],
    })
    expect(session.line_items?.data).toMatchObject([{ quantity: 2, price: { unit_amount: 1_200 } }])
  })

  it('closes the one before where the terms are others, so that only one can be paid', async () => {
    const customer = await openRichCustomer()
    const monthly = sessionOf(await start(customer))
    const annual = sessionOf(await start(customer, { interval: 'annual' }))
    expect(await statusOf(monthly)).toBe('expired')
    await buyOne(customer)
    const both = sessionOf(await start(customer, { interval: 'annual' }))
    expect([await statusOf(annual), await statusOf(both)]).toEqual(['expired', 'open'])
    expect(await stripe.pay(monthly, { cents: null })).toMatchObject({ kind: 'invalid' })
    expect(await stripe.pay(both, { cents: null })).toMatchObject({ kind: 'complete' })
  })

  it('leaves at most one open of many that ask on different terms at once: one subscription, one charge', async () => {
    const customer = await openRichCustomer()
    const asked = await Promise.allSettled(
      Array.from({ length: 6 }, (_, index) =>
        start(customer, { interval: index % 2 === 0 ? 'monthly' : 'annual' }),
      ),
    )
    const sessions = asked.flatMap((answer) =>
      answer.status === 'fulfilled' ? [sessionOf(answer.value)] : [],
    )
    expect(sessions.length).toBeGreaterThan(0)
    const outcomes = await Promise.all(
      [...new Set(sessions)].map((sessionId) => stripe.pay(sessionId, { cents: null })),
    )
    expect(outcomes.filter(({ kind }) => kind === 'complete').length).toBeLessThanOrEqual(1)
    await drainJobs(container())
    expect(await charges(customer)).toBe(outcomes.filter(({ kind }) => kind === 'complete').length)
  })

  it('refuses whoever has a subscription, also where nobody has told us of it yet', async () => {
    const customer = await openCustomer(container())
    const sessionId = await openSubscriptionCheckout(customer, 'monthly')
    await stripe.pay(sessionId, { cents: null })
    await expect(start(customer)).rejects.toMatchObject({ code: 'subscription_active' })
    await expect(
      startCreditsCheckout(await customer.context(), { returnUrl: null, idempotencyKey: null }),
    ).rejects.toMatchObject({ code: 'subscription_active' })
    expect(await charges(customer)).toBe(1)
  })

  it('refuses an account without numbers, and a foreign return URL', async () => {
    const customer = await openCustomer(container())
    await expect(start(customer, { returnUrl: 'https://evil.example' })).rejects.toMatchObject({
      code: 'invalid_input',
    })
    const [number] = (await getBilling(await customer.context())).numbers
    await releaseNumber(await customer.context(), number?.id ?? '')
    await expect(start(customer)).rejects.toMatchObject({ code: 'invalid_input' })
  })

  it('replays the answer of a key, and refuses it for other terms', async () => {
    const customer = await openCustomer(container())
    const key = { idempotencyKey: 'once' }
    expect(await start(customer, key)).toEqual(await start(customer, key))
    await expect(start(customer, { ...key, interval: 'annual' })).rejects.toMatchObject({
      code: 'idempotency_key_reused',
    })
  })

  it('opens one Checkout though Stripe fails after making it', async () => {
    const customer = await openCustomer(container())
    for (const kind of ['500-after', 'timeout-after', 'reset-after'] as const) {
      if (kind === 'timeout-after') continue
      await stripe.plan({ requests: [{ method: 'POST', path: '/v1/checkout/sessions', kind, times: 1 }] })
      await start(customer)
    }
    await stripe.calm()
    const { data } = await stripe.client.checkout.sessions.list({ status: 'open', limit: 100 })
    const [row] = await database.db.sql<{ id: string }[]>`
      select stripe_customer_id as id from account where id = ${customer.accountId}`
    expect(data.filter((session) => session.customer === row?.id)).toHaveLength(1)
  })
})

describe('settling a Checkout for a subscription', () => {
  it('tells whoever comes back, before any event, and only of the own account', async () => {
    const customer = await openCustomer(container())
    const sessionId = await openSubscriptionCheckout(customer, 'monthly')
    expect(await settleSubscriptionCheckout(await customer.context(), sessionId)).toBe('open')
    await stripe.pay(sessionId, { cents: null })
    expect(await settleOpenSubscriptionCheckout(await customer.context())).toBe('subscribed')
    expect(await settleSubscriptionCheckout(await customer.context(), sessionId)).toBe('subscribed')
    expect(await settleOpenSubscriptionCheckout(await customer.context())).toBeNull()
    const other = await openCustomer(container())
    await expect(settleSubscriptionCheckout(await other.context(), sessionId)).rejects.toMatchObject({
      code: 'not_found',
    })
  })

  it('refuses every deed of an impersonator', async () => {
    const customer = await openCustomer(container())
    await subscribe(container(), stripe, customer)
    const scopes = ['billing:read', 'keys:read'] as const
    const { accountId } = customer
    const actor = { kind: 'impersonator', staffUserId: 's', reason: 'a call', accountId, scopes } as const
    const ctx = await makeContext(container(), actor, newId('req'))
    await expect(
      startSubscriptionCheckout(ctx, { interval: 'annual', returnUrl: null, idempotencyKey: null }),
    ).rejects.toMatchObject({ code: 'impersonating' })
    expect(await getBilling(ctx)).toMatchObject({ subscription: { quantity: 1, cancelAtPeriodEnd: false } })
  })
})

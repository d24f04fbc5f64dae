import { describe, expect, it } from 'vitest'
import type { Actor } from '@/lib/core/actor'
import { makeContext } from '@/lib/server/container'
import { openTestAccount, type TestAccount } from '@/lib/testing/open-test-account'
import { useTestContainer } from '@/lib/testing/test-container'
import { useLocalStripe } from '@/lib/testing/use-local-stripe'
import { useTestDatabase } from '@/lib/testing/use-test-database'
import { listPaymentMethods } from './list-payment-methods'
import { settlePaymentMethods } from './settle-payment-methods'
import { startPaymentMethodCheckout, type PaymentMethodCheckoutInput } from './start-payment-method-checkout'

const database = useTestDatabase()
const stripe = useLocalStripe()
const container = useTestContainer(database, () => stripe.env)

const contextOf = (actor: Actor) => makeContext(container(), actor, 'req_test')
const open = () => openTestAccount(database.db)
const start = async (actor: Actor, input: Partial<PaymentMethodCheckoutInput> = {}) => {
  const ctx = await contextOf(actor)
  const { clientSecret } = await startPaymentMethodCheckout(ctx, {
    returnUrl: null,
    idempotencyKey: null,
    ...input,
  })
  return clientSecret.split('_secret_', 1)[0] ?? ''
}
const sessionOf = (id: string) => stripe.client.checkout.sessions.retrieve(id)
const cardsOf = async ({ owner }: TestAccount) => listPaymentMethods(await contextOf(owner))

describe('startPaymentMethodCheckout', () => {
  it('saves a card and charges nothing; the first becomes the default and stays it', async () => {
    const account = await open()
    for (let turn = 0; turn < 2; turn++) {
      await stripe.advance(1)
      const sessionId = await start(account.owner)
      expect(await stripe.pay(sessionId, { cents: null })).toMatchObject({ kind: 'complete' })
      expect(await sessionOf(sessionId)).toMatchObject({
        mode: 'setup',
        payment_status: 'no_payment_required',
        payment_intent: null,
        invoice: null,
      })
      await settlePaymentMethods(await contextOf(account.owner))
    }
    const cards = await cardsOf(account)
    expect(cards.map((card) => card.isDefault)).toEqual([true, false])
    expect(cards[0]?.createdAt.getTime()).toBeLessThan(cards[1]?.createdAt.getTime() ?? 0)
    const { data: charges } = await stripe.client.charges.list({ customer: await customerOf(account) })
    expect(charges).toEqual([])
  })

  it('stays in the dashboard, and returns a program and whoever names a URL', async () => {
    const account = await open()
    expect(await sessionOf(await start(account.owner))).toMatchObject({
      redirect_on_completion: 'if_required',
      return_url: 'http://localhost:3000/billing',
    })
    expect(await sessionOf(await start(account.program))).toMatchObject({ redirect_on_completion: 'always' })
    const returnUrl = 'http://localhost:3000/settings?x=1'
    expect(await sessionOf(await start(account.owner, { returnUrl }))).toMatchObject({
      redirect_on_completion: 'always',
      return_url: returnUrl,
    })
  })

  it('opens the same Checkout for the same key and request only', async () => {
    const [account, other] = [await open(), await open()]
    const request = { idempotencyKey: 'key-1' }
    const [first, second] = await Promise.all([start(account.owner, request), start(account.owner, request)])
    expect(second).toBe(first)
    expect(await start(account.owner, { ...request, returnUrl: 'http://localhost:3000/x' })).not.toBe(first)
    expect(await start(account.owner, { idempotencyKey: 'key-2' })).not.toBe(first)
    expect(await start(account.owner)).not.toBe(first)
    expect(await start(other.owner, request)).not.toBe(first)
  })

  it('finds the Checkout whose making Stripe reported as failed', async () => {
    const account = await open()
    await start(account.owner)
    await stripe.plan({
      requests: [{ method: 'POST', path: '/v1/checkout/sessions', kind: '500-after', times: 1 }],
    })
    const found = await start(account.owner, { idempotencyKey: 'key' })
    const { data } = await stripe.client.checkout.sessions.list({ customer: await customerOf(account) })
    expect(data.map((session) => session.id).filter((id) => id === found)).toHaveLength(1)
    expect(data).toHaveLength(2)
  })

  it('replaces a customer that Stripe no longer knows', async () => {
    const account = await open()
    await start(account.owner)
    const gone = await customerOf(account)
    await stripe.client.customers.del(gone)
    const session = await sessionOf(await start(account.owner))
    expect(session.customer).toBe(await customerOf(account))
    expect(session.customer).not.toBe(gone)
  })

  it('refuses a foreign return URL and staff who look in, without asking Stripe', async () => {
    const account = await open()
    await stripe.forgetRequests()
    await expect(start(account.owner, { returnUrl: 'https://evil.example/' })).rejects.toMatchObject({
      code: 'invalid_input',
    })
    const staff: Actor = {
      kind: 'impersonator',
      accountId: account.accountId,
      scopes: ['billing:read'],
      staffUserId: 'staff',
      reason: 'a question of the customer',
    }
    await expect(start(staff)).rejects.toMatchObject({ code: 'impersonating' })
    expect((await stripe.requests()).filter(({ path }) => path.startsWith('/v1'))).toEqual([])
  })

  it('is unavailable while Stripe is', async () => {
    const account = await open()
    await start(account.owner)
    await stripe.plan({ rates: { '500': 1 } })
    await expect(start(account.owner)).rejects.toMatchObject({ code: 'payment_provider_unavailable' })
    await stripe.calm()
    await start(account.owner)
  })
})

async function customerOf({ accountId }: TestAccount): Promise<string> {
  const [row] = await database.db.sql<{ stripe_customer_id: string }[]>`
    select stripe_customer_id from account where id = ${accountId}`
  return row?.stripe_customer_id ?? ''
}

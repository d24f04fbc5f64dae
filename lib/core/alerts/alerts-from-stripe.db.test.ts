import postgres from 'postgres'
import { beforeEach, describe, expect, it } from 'vitest'
import { RECURRING_JOBS } from '@/lib/jobs/recurring-jobs'
import { usdFromCents } from '@/lib/kit/money'
import { makeContext } from '@/lib/server/container'
import { openPayer } from '@/lib/testing/purchases'
import { passTime, setCard, subscribe } from '@/lib/testing/subscriptions'
import { useTestContainer } from '@/lib/testing/test-container'
import { openCustomer, type Customer } from '@/lib/testing/top-up'
import { useLocalStripe } from '@/lib/testing/use-local-stripe'
import { useTestDatabase } from '@/lib/testing/use-test-database'
import { ensureCustomer } from '../customers/ensure-customer'
import { purchaseCredits } from '../purchases/purchase-credits'
import { cancelAtPeriodEnd } from '../subscriptions/set-cancellation'

const DAY = 86_400
const database = useTestDatabase()
const stripe = useLocalStripe()
const container = useTestContainer(database, () => stripe.env)

/** The jobs look at everybody: each test is alone with its own account. */
beforeEach(async () => {
  const owner = postgres(database.ownerUrl, { max: 1, onnotice: () => {} })
  await owner`update subscription set ended_at = now() where ended_at is null`.finally(() => owner.end())
  await database.db.sql`delete from card_check`
  await stripe.calm()
})

const customerIdOf = async (customer: Customer) => ensureCustomer(await customer.context(), null)
const tellOf = (what: 'renewals' | 'expiring-cards') => RECURRING_JOBS[`tell-${what}`].run(container())

/** What was queued for the account so far: the mails' templates, with some of their data. */
async function mailsOf(customer: Customer) {
  const rows = await database.db.sql<{ template: string; data: Record<string, unknown> }[]>`
    select template, data from mail where account_id = ${customer.accountId} order by id`
  return rows.map(({ template, data }) => ({ template, ...data }))
}

describe('a renewal', () => {
  it('is told of a week before, once, with what it costs', async () => {
    const customer = await openCustomer(container())
    await subscribe(container(), stripe, customer)
    await passTime(container(), stripe, 22 * DAY)
    await tellOf('renewals')
    expect(await mailsOf(customer)).toEqual([])
    await passTime(container(), stripe, 2 * DAY)
    await Promise.all([tellOf('renewals'), tellOf('renewals')])
    await passTime(container(), stripe, DAY)
    expect(await mailsOf(customer)).toEqual([
      expect.objectContaining({
        template: 'renewal',
        quantity: 1,
        interval: 'monthly',
        priceMicros: '12000000',
      }),
    ])
    await passTime(container(), stripe, 30 * DAY)
    await tellOf('renewals')
    expect(await mailsOf(customer)).toHaveLength(2)
  })

  it('of a year is told of a month before', async () => {
    const customer = await openCustomer(container())
    await subscribe(container(), stripe, customer, 'annual')
    await passTime(container(), stripe, 334 * DAY)
    expect(await mailsOf(customer)).toEqual([])
    await passTime(container(), stripe, 2 * DAY)
    expect(await mailsOf(customer)).toEqual([
      expect.objectContaining({ template: 'renewal', interval: 'annual', priceMicros: '120000000' }),
    ])
  })

  it('that will not come is not told of, and Stripe is not asked for its price', async () => {
    const customer = await openCustomer(container())
    await subscribe(container(), stripe, customer)
    await cancelAtPeriodEnd(await customer.context())
    await passTime(container(), stripe, 25 * DAY)
    await stripe.forgetRequests()
    await tellOf('renewals')
    expect(await stripe.requests()).toEqual([])
    expect(await mailsOf(customer)).toEqual([])
  })

  it('that was not paid is told of once, however often Stripe tries again', async () => {
    const customer = await openCustomer(container())
    await subscribe(container(), stripe, customer)
    await setCard(stripe, await customerIdOf(customer), 'pm_card_chargeCustomerFail')
    for (let day = 0; day < 36; day += 3) await passTime(container(), stripe, 3 * DAY)
    const mails = (await mailsOf(customer)).map(({ template }) => template)
    expect(mails).toEqual(['renewal', 'failed-renewal'])
  })
})

describe('a purchase that a program makes', () => {
  it('is told of where the card is declined, with the reason, and not where it is paid', async () => {
    const payer = await openPayer(container(), stripe)
    const program = async () => {
      const { accountId } = payer
      const actor = { kind: 'api-key', keyId: 'key_1', accountId, scopes: ['billing:write'] } as const
      return makeContext(container(), actor, 'req_test')
    }
    const purchase = { amount: usdFromCents(2_500), paymentMethodId: null, idempotencyKey: null }
    await purchaseCredits(await program(), purchase)
    expect(await mailsOf(payer)).toEqual([])
    await setCard(stripe, payer.customerId, 'pm_card_chargeCustomerFail')
    await expect(purchaseCredits(await program(), purchase)).rejects.toMatchObject({
      code: 'payment_declined',
    })
    expect(await mailsOf(payer)).toEqual([
      expect.objectContaining({
        template: 'failed-purchase',
        amountMicros: '25000000',
        trigger: 'manual',
        last4: '0341',
      }),
    ])
  })
})

describe('a saved card', () => {
  /** To the second of a month: whatever expires with it then expires in thirty days or less. */
  beforeEach(async () => {
    const now = await container().clock.read()
    const second = Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 2)
    await stripe.advance(Math.ceil((second - now.getTime()) / 1_000))
  })

  /** A customer whose card was changed to expire in this many months: 0 is this month. */
  async function openWithCard(months: number): Promise<Readonly<{ customer: Customer; card: string }>> {
    const customer = await openCustomer(container())
    const customerId = await customerIdOf(customer)
    const { id } = await stripe.client.paymentMethods.attach('pm_card_visa', { customer: customerId })
    await stripe.client.customers.update(customerId, { invoice_settings: { default_payment_method: id } })
    await setExpiry(id, months)
    return { customer, card: id }
  }

  async function setExpiry(card: string, months: number): Promise<void> {
    const now = await container().clock.read()
    const last = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + months))
    await stripe.client.paymentMethods.update(card, {
      card: { exp_month: last.getUTCMonth() + 1, exp_year: last.getUTCFullYear() },
    })
  }

  it('that expires soon is told of once, and again when its date has changed', async () => {
    const { customer, card } = await openWithCard(0)
    await Promise.all([tellOf('expiring-cards'), tellOf('expiring-cards')])
    await stripe.advance(8 * DAY)
    await tellOf('expiring-cards')
    const told = { template: 'expiring-card', brand: 'visa', last4: '4242', isDefault: true }
    expect(await mailsOf(customer)).toEqual([expect.objectContaining(told)])
    await setExpiry(card, 1)
    await stripe.advance(30 * DAY)
    await tellOf('expiring-cards')
    expect(await mailsOf(customer)).toEqual([expect.objectContaining(told), expect.objectContaining(told)])
  })

  it('that is good for long is looked at once a week', async () => {
    const { customer } = await openWithCard(12)
    await stripe.forgetRequests()
    await tellOf('expiring-cards')
    const asked = (await stripe.requests()).length
    expect(asked).toBeGreaterThan(0)
    await stripe.advance(6 * DAY)
    await tellOf('expiring-cards')
    expect(await stripe.requests()).toHaveLength(asked)
    await stripe.advance(DAY)
    await tellOf('expiring-cards')
    expect((await stripe.requests()).length).toBeGreaterThan(asked)
    expect(await mailsOf(customer)).toEqual([])
  })

  it('that Stripe says nothing of now is looked at in an hour', async () => {
    const { customer } = await openWithCard(0)
    await stripe.plan({ requests: [{ method: 'GET', path: '/v1/payment_methods', kind: '500', times: 20 }] })
    await expect(tellOf('expiring-cards')).rejects.toThrow('1 accounts with cards could not be worked on')
    await stripe.calm()
    await tellOf('expiring-cards')
    expect(await mailsOf(customer)).toEqual([])
    await stripe.advance(3_600)
    await tellOf('expiring-cards')
    expect(await mailsOf(customer)).toHaveLength(1)
  })
})

import { describe, expect, it } from 'vitest'
import { getBilling } from '@/lib/core/wallets/get-billing'
import { newId } from '@/lib/kit/ids'
import { exactCents } from '@/lib/kit/money'
import { makeContext } from '@/lib/server/container'
import { buyOne, invoicesOf, passTime, setCard, subscribe } from '@/lib/testing/subscriptions'
import { useTestContainer } from '@/lib/testing/test-container'
import { openCustomer, type Customer } from '@/lib/testing/top-up'
import { useLocalStripe } from '@/lib/testing/use-local-stripe'
import { useTestDatabase } from '@/lib/testing/use-test-database'
import { ensureCustomer } from '../customers/ensure-customer'
import { releaseNumber } from '../numbers/release-number'
import { changeInterval, type IntervalChange } from './change-interval'
import { convergeSubscription } from './converge-subscription'
import { coverNewNumber } from './cover-new-number'
import { previewSubscription, type PreviewInput } from './preview-subscription'
import { cancelAtPeriodEnd, resumeSubscription } from './set-cancellation'

const DAY = 86_400
const database = useTestDatabase()
const stripe = useLocalStripe()
const container = useTestContainer(database, () => stripe.env)

const system = () => makeContext(container(), { kind: 'system', name: 'test' }, newId('req'))
const billingOf = async (customer: Customer) => getBilling(await customer.context())
const modesOf = async (customer: Customer) => (await billingOf(customer)).numbers.map((number) => number.mode)
const totals = async (customer: Customer) =>
  (await invoicesOf(stripe, customer)).map((invoice) => invoice.total)
const preview = async (customer: Customer, wanted: Partial<PreviewInput>) =>
  previewSubscription(await customer.context(), {
    interval: null,
    quantity: null,
    promotionCode: null,
    ...wanted,
  })
const change = async (customer: Customer, wanted: Partial<IntervalChange> = {}) =>
  changeInterval(await customer.context(), {
    interval: 'annual',
    promotionCode: null,
    prorationDate: null,
    idempotencyKey: null,
    ...wanted,
  })

/** A customer with so many numbers, subscribed. */
async function subscribed(numbers = 1): Promise<Customer> {
  const customer = await openCustomer(container())
  await container().databases.app.sql`
    select ledger.grant_credit(${customer.accountId}, 'deposit_manual', 'test', 'purchased', 0, 20000000, 0, null, now(), now())`
  for (let count = 1; count < numbers; count++) await buyOne(customer)
  await subscribe(container(), stripe, customer)
  return customer
}

async function customerIdOf(customer: Customer): Promise<string> {
  return ensureCustomer(await customer.context(), null)
}

describe('a subscription', () => {
  it('covers, takes a number more, changes, ends and goes on', async () => {
    const customer = await subscribed()
    expect(await billingOf(customer)).toMatchObject({
      subscription: { quantity: 1, interval: 'monthly', cancelAtPeriodEnd: false },
      numbers: [{ mode: 'FIXED' }],
      numbersReleaseAt: null,
    })
    await passTime(container(), stripe, 10 * DAY)
    const quoted = await preview(customer, { quantity: 2 })
    expect((await buyOne(customer)).mode).toBe('FIXED')
    const [first, raise] = await totals(customer)
    expect(first).toBe(1_200)
    expect(Math.abs((raise ?? 0) - exactCents(quoted.amountDue))).toBeLessThanOrEqual(1)

    await cancelAtPeriodEnd(await customer.context())
    expect(await billingOf(customer)).toMatchObject({ subscription: { cancelAtPeriodEnd: true } })
    await resumeSubscription(await customer.context())
    expect(await billingOf(customer)).toMatchObject({ subscription: { cancelAtPeriodEnd: false } })
  })

  it('charges what the preview quoted, to the cent, and takes a scheduled end back', async () => {
    const customer = await subscribed(3)
    await passTime(container(), stripe, 7 * DAY + 12_345)
    await cancelAtPeriodEnd(await customer.context())
    const quoted = await preview(customer, { interval: 'annual' })
    expect(quoted.lines.some((line) => line.amount.micros < 0n)).toBe(true)
    await stripe.advance(3_600)
    expect(await change(customer, { prorationDate: quoted.prorationDate })).toEqual({
      changed: true,
      interval: 'annual',
    })
    expect((await totals(customer)).at(-1)).toBe(exactCents(quoted.amountDue))
    expect(await billingOf(customer)).toMatchObject({
      subscription: { interval: 'annual', quantity: 3, cancelAtPeriodEnd: false },
    })
    expect(await change(customer)).toEqual({ changed: false, interval: 'annual' })
    expect(await totals(customer)).toHaveLength(2)
  })

  it('replays the answer of a key, and refuses it for another interval', async () => {
    const customer = await subscribed()
    const key = { idempotencyKey: 'once' }
    const answers = [await change(customer, key), await change(customer, key)]
    expect(answers).toEqual([
      { changed: true, interval: 'annual' },
      { changed: true, interval: 'annual' },
    ])
    await expect(change(customer, { ...key, interval: 'monthly' })).rejects.toMatchObject({
      code: 'idempotency_key_reused',
    })
  })

  it('refuses a quote that a bought number has made untrue, and charges nothing', async () => {
    const customer = await subscribed()
    await passTime(container(), stripe, DAY)
    const quoted = await preview(customer, { interval: 'annual' })
    await stripe.advance(60)
    await buyOne(customer)
    const before = await totals(customer)
    await expect(change(customer, { prorationDate: quoted.prorationDate })).rejects.toMatchObject({
      code: 'invalid_input',
      fields: { fieldErrors: { prorationDate: [expect.any(String)] } },
    })
    expect(await totals(customer)).toEqual(before)
  })

  it('leaves a number PAYG whose share was declined, and changes nothing where a change is', async () => {
    const customer = await subscribed()
    await setCard(stripe, await customerIdOf(customer), 'pm_card_chargeCustomerFail')
    await passTime(container(), stripe, DAY)
    expect((await buyOne(customer)).mode).toBe('PAYG')
    expect(await modesOf(customer)).toEqual(['FIXED', 'PAYG'])
    await expect(change(customer)).rejects.toMatchObject({ code: 'payment_declined' })
    expect(await billingOf(customer)).toMatchObject({ subscription: { interval: 'monthly', quantity: 1 } })
    await setCard(stripe, await customerIdOf(customer), 'pm_card_visa')
    const [, waiting] = (await billingOf(customer)).numbers
    expect(
      await coverNewNumber(await customer.context(), { numberId: waiting?.id ?? '', prorationDate: null }),
    ).toEqual({ mode: 'FIXED' })
    expect(await modesOf(customer)).toEqual(['FIXED', 'FIXED'])
  })

  it('renews for the numbers that are left, and lets a freed unit cover the next for nothing', async () => {
    const customer = await subscribed(3)
    const [, , last] = (await billingOf(customer)).numbers
    await releaseNumber(await customer.context(), last?.id ?? '')
    expect(await billingOf(customer)).toMatchObject({ subscription: { quantity: 3 } })
    expect((await preview(customer, { quantity: 3 })).amountDue.micros).toBe(0n)
    expect((await buyOne(customer)).mode).toBe('FIXED')
    expect(await totals(customer)).toEqual([3_600])
    const [, again] = (await billingOf(customer)).numbers
    await releaseNumber(await customer.context(), again?.id ?? '')
    await passTime(container(), stripe, 32 * DAY)
    expect(await totals(customer)).toEqual([3_600, 2_400])
    expect(await billingOf(customer)).toMatchObject({ subscription: { quantity: 2 } })
    expect(await modesOf(customer)).toEqual(['FIXED', 'FIXED'])
  })

  it('is not renewed without a number, unless one is bought in time', async () => {
    const customer = await subscribed()
    const [only] = (await billingOf(customer)).numbers
    await releaseNumber(await customer.context(), only?.id ?? '')
    expect(await billingOf(customer)).toMatchObject({
      subscription: { quantity: 1, cancelAtPeriodEnd: true },
    })
    expect((await buyOne(customer)).mode).toBe('FIXED')
    expect(await billingOf(customer)).toMatchObject({
      subscription: { quantity: 1, cancelAtPeriodEnd: false },
    })
    expect(await totals(customer)).toEqual([1_200])
  })

  it('ends with the period where that was scheduled, and the wallet pays again', async () => {
    const customer = await subscribed()
    const { periodEnd } = await cancelAtPeriodEnd(await customer.context())
    await passTime(container(), stripe, 32 * DAY)
    expect(await billingOf(customer)).toMatchObject({ subscription: null, numbers: [{ mode: 'PAYG' }] })
    const [mode] = await container().databases.app.sql<{ since: Date }[]>`
      select since from number_mode where account_id = ${customer.accountId} order by since desc limit 1`
    expect(mode?.since).toEqual(periodEnd)
    await expect(cancelAtPeriodEnd(await customer.context())).rejects.toMatchObject({
      code: 'subscription_missing',
    })
  })

  it('covers while a renewal is past due, until Stripe gives up', async () => {
    const customer = await subscribed()
    await setCard(stripe, await customerIdOf(customer), 'pm_card_chargeCustomerFail')
    await passTime(container(), stripe, 31 * DAY + 7_200)
    expect(await billingOf(customer)).toMatchObject({
      subscription: { quantity: 1 },
      numbers: [{ mode: 'FIXED' }],
    })
    await passTime(container(), stripe, 40 * DAY)
    expect(await billingOf(customer)).toMatchObject({ subscription: null, numbers: [{ mode: 'PAYG' }] })
  })

  it('collects overdraft with the next invoice, and books it as repaid when that is paid', async () => {
    const customer = await subscribed()
    const { sql } = container().databases.app
    await sql`
      select ledger.spend(${customer.accountId}, 'usage', 'usage:too-much', 23456789, null, ${await container().clock.read()}, ${await container().clock.read()})`
    expect((await billingOf(customer)).balance.micros).toBe(-3_456_789n)
    await passTime(container(), stripe, 60)
    await passTime(container(), stripe, 32 * DAY)
    expect((await totals(customer)).at(-1)).toBe(1_200 + 346)
    expect((await billingOf(customer)).balance.micros).toBe(3_211n)
    const codes = await sql<{ code: string; total_micros: bigint }[]>`
      select code, total_micros from ledger.posting where account_id = ${customer.accountId} order by id desc limit 2`
    expect(codes).toEqual([
      { code: 'repayment', total_micros: 3_460_000n },
      { code: 'subscription', total_micros: 15_460_000n },
    ])
  })

  it('is settled once by everything that speaks of it at once', async () => {
    const customer = await subscribed(2)
    const [row] = await container().databases.app.sql<{ id: string }[]>`
      select stripe_subscription_id as id from subscription where account_id = ${customer.accountId}`
    const ctx = await system()
    const cover = async () =>
      coverNewNumber(await customer.context(), { numberId: 'num_none', prorationDate: null })
    await Promise.all([
      ...Array.from({ length: 5 }, () => convergeSubscription(ctx, row?.id ?? '')),
      change(customer),
      buyOne(customer),
      cover(),
      passTime(container(), stripe, 0),
    ])
    expect(await modesOf(customer)).toEqual(['FIXED', 'FIXED', 'FIXED'])
    expect(await billingOf(customer)).toMatchObject({ subscription: { interval: 'annual', quantity: 3 } })
    const paid = (await invoicesOf(stripe, customer)).reduce((sum, invoice) => sum + invoice.amount_paid, 0)
    const [booked] = await container().databases.app.sql<{ micros: bigint }[]>`
      select sum(total_micros)::bigint as micros from ledger.posting
       where account_id = ${customer.accountId} and code = 'subscription'`
    expect(booked?.micros).toBe(BigInt(paid) * 10_000n)
  })
})

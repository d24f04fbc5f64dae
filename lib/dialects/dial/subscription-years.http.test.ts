import type Stripe from 'stripe'
import { beforeAll, describe, expect, it } from 'vitest'
import { invariant } from '@/lib/kit/assert'
import { advanceTo, dayOf, DialAccount } from '@/lib/testing/dial-account'
import { SubscriptionOracle } from '@/lib/testing/subscription-histories/oracle'
import { BILLING, CHECKOUT, useDial } from '@/lib/testing/use-dial'
import { numbersResponse } from './numbers-contract'
import { defaultResponse } from './payment-method-contract'
import { cancellationResponse, changeResponse, previewResponse } from './subscription-contract'

/**
 * What a program sees of a subscription over years: everything is asked and done over HTTP with its key, cards are typed
 * into the local Stripe's Checkout, and the time is the test clock's. Each story goes on from one test to the next.
 */
const dial = useDial()

/** Saved without complaint; every charge after that is declined. */
const DECLINES_LATER = '4000000000000341'

const modesOf = async (account: DialAccount) => (await account.billing()).numbers.map(({ mode }) => mode)
const periodOf = async (account: DialAccount) => {
  const { subscription } = await account.billing()
  return subscription && [dayOf(subscription.periodStart), dayOf(subscription.periodEnd)]
}

describe('a subscription begun on 31 January', () => {
  let bob: DialAccount
  beforeAll(async () => {
    await advanceTo(dial, '2027-01-31T10:00:00Z')
    bob = await DialAccount.open(dial)
    await bob.subscribe('monthly')
  })

  it('is renewed on the last day of each month that is too short, through a year that nobody watched', async () => {
    await advanceTo(dial, '2028-01-31T12:00:00Z')
    const lastDays = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    const days = lastDays.map((day, month) => dayOf(Date.UTC(2027, month, day) / 1_000))
    const paid = [...days, '2028-01-31'].map((day) => [1_200, 'monthly', 1, day])
    expect(await bob.payments()).toEqual(paid)
    expect(await periodOf(bob)).toEqual(['2028-01-31', '2028-02-29'])
    expect(await bob.billing()).toMatchObject({
      subscription: { quantity: 1, interval: 'monthly', cancelAtPeriodEnd: false },
      numbers: [{ mode: 'FIXED' }],
      balanceCents: 500,
    })
  })

  it('is renewed on the leap day, and on the 31st again after it', async () => {
    await advanceTo(dial, '2028-03-31T12:00:00Z')
    expect((await bob.payments()).slice(-2)).toEqual([
      [1_200, 'monthly', 1, '2028-02-29'],
      [1_200, 'monthly', 1, '2028-03-31'],
    ])
  })

  it('covers to the last moment that is paid for once it is cancelled; then the wallet pays', async () => {
    await bob.ask(cancellationResponse, 'POST', `${BILLING}/subscription/cancel`)
    await advanceTo(dial, '2028-04-30T09:59:00Z')
    expect(await bob.billing()).toMatchObject({
      subscription: { cancelAtPeriodEnd: true },
      balanceCents: 500,
    })
    expect(await modesOf(bob)).toEqual(['FIXED'])
    await advanceTo(dial, '2028-04-30T12:00:00Z')
    expect(await bob.billing()).toMatchObject({ subscription: null, balanceCents: 200 })
    expect(await modesOf(bob)).toEqual(['PAYG'])
    expect(await bob.payments()).toHaveLength(15)
  })
})

describe('three numbers and a fourth, monthly and then annually', () => {
  let eve: DialAccount
  let oracle: SubscriptionOracle

  /** Every invoice that is paid, at Stripe and in what the API tells, is what the oracle reckons. */
  async function expectCharged(): Promise<Stripe.Invoice> {
    const invoices = (await eve.invoices()).filter(({ status }) => status === 'paid')
    const due = oracle.invoices.map(({ dueCents }) => dueCents)
    expect(invoices.map(({ total, amount_paid: paid }) => ({ totalCents: total, dueCents: paid }))).toEqual(
      oracle.invoices,
    )
    expect((await eve.payments()).map(([cents]) => cents)).toEqual(due)
    const newest = invoices.at(-1)
    invariant(newest !== undefined, 'the subscription was invoiced')
    return newest
  }

  beforeAll(async () => {
    await advanceTo(dial, '2032-01-31T09:00:00Z')
    eve = await DialAccount.open(dial)
    await eve.check(CHECKOUT, {}, { cents: 4_000 })
    await eve.buyNumber()
    await eve.buyNumber()
    await advanceTo(dial, '2032-01-31T10:00:00Z')
    await eve.subscribe('monthly')
  })

  it('covers the three for a month, and leaves the wallet alone', async () => {
    const [first] = await eve.invoices()
    oracle = new SubscriptionOracle('monthly', 3, first?.lines.data[0]?.period.start ?? 0)
    await expectCharged()
    expect(await periodOf(eve)).toEqual(['2032-01-31', '2032-02-29'])
    expect(await modesOf(eve)).toEqual(['FIXED', 'FIXED', 'FIXED'])
    expect(await eve.billing()).toMatchObject({
      balanceCents: 500 + 4_000 - 2 * 300,
      subscription: { quantity: 3 },
    })
  })

  it('covers a fourth at once, for its share of the month', async () => {
    await advanceTo(dial, '2032-02-10T13:37:00Z')
    expect(await eve.buyNumber()).toMatchObject({ number: { mode: 'FIXED' } })
    const share = (await eve.invoices()).at(-1)?.lines.data.at(-1)
    oracle.cover(share?.period.start ?? 0)
    // 18.85 of 29 days are left.
    expect((await expectCharged()).amount_paid).toBe(780)
    expect(await modesOf(eve)).toEqual(['FIXED', 'FIXED', 'FIXED', 'FIXED'])
    expect(await eve.billing()).toMatchObject({ balanceCents: 3_900, subscription: { quantity: 4 } })
  })

  it('is switched to a year at the price of the preview, from that day on', async () => {
    await advanceTo(dial, '2032-02-29T09:00:00Z')
    const preview = await eve.ask(previewResponse, 'POST', `${BILLING}/subscription/preview`, {
      interval: 'annual',
    })
    await advanceTo(dial, '2032-02-29T09:10:00Z')
    const { prorationDate } = preview
    const change = { interval: 'annual', prorationDate }
    expect(await eve.ask(changeResponse, 'POST', `${BILLING}/subscription/change`, change)).toEqual({
      changed: true,
      interval: 'annual',
    })
    const year = (await eve.invoices()).at(-1)?.lines.data.at(-1)
    oracle.change(prorationDate, year?.period.start ?? 0)
    expect((await expectCharged()).amount_paid).toBe(preview.amountDueCents)
    expect(await periodOf(eve)).toEqual(['2032-02-29', '2033-02-28'])
    expect(await eve.billing()).toMatchObject({ subscription: { interval: 'annual', quantity: 4 } })
  })

  it('is cancelled and resumed, which costs nothing and covers on', async () => {
    for (const [path, cancelAtPeriodEnd] of [
      ['cancel', true],
      ['resume', false],
    ] as const) {
      const answer = await eve.ask(cancellationResponse, 'POST', `${BILLING}/subscription/${path}`)
      expect(answer.cancelAtPeriodEnd).toBe(cancelAtPeriodEnd)
      expect(await eve.billing()).toMatchObject({ subscription: { cancelAtPeriodEnd, quantity: 4 } })
    }
    await expectCharged()
  })

  it('is renewed on the last of February, and on the leap day when there is one again', async () => {
    await advanceTo(dial, '2033-02-28T11:00:00Z')
    oracle.pass(Date.parse('2033-02-28T11:00:00Z') / 1_000)
    await expectCharged()
    expect(await periodOf(eve)).toEqual(['2033-02-28', '2034-02-28'])
    await advanceTo(dial, '2036-02-29T11:00:00Z')
    oracle.pass(Date.parse('2036-02-29T11:00:00Z') / 1_000)
    await expectCharged()
    expect((await eve.payments()).slice(-4)).toEqual(
      ['2033-02-28', '2034-02-28', '2035-02-28', '2036-02-29'].map((day) => [48_000, 'annual', 4, day]),
    )
    expect(await eve.billing()).toMatchObject({ balanceCents: 3_900, numbersReleaseAt: null })
  })
})

describe('a renewal that cannot be paid', () => {
  let dan: DialAccount
  beforeAll(async () => {
    await advanceTo(dial, '2037-01-31T10:00:00Z')
    dan = await DialAccount.open(dial)
    await dan.subscribe('monthly')
    await dan.check(`${BILLING}/checkout/payment-method`, {}, { number: DECLINES_LATER })
    const { paymentMethods } = await dan.billing()
    const declining = paymentMethods.find(({ isDefault }) => !isDefault)?.id ?? ''
    await dan.ask(defaultResponse, 'PUT', `${BILLING}/payment-methods/${declining}/default`)
  })

  /** Tries of the newest invoice so far, and what Stripe says of it. */
  async function tries() {
    const newest = (await dan.invoices()).at(-1)
    return [newest?.attempt_count, newest?.status]
  }

  it.each([
    ['2037-02-28T12:00:00Z', 1],
    ['2037-03-03T12:00:00Z', 2],
    ['2037-03-08T12:00:00Z', 3],
  ])('is tried again while the number stays covered: by %s %i times', async (moment, count) => {
    await advanceTo(dial, moment)
    expect(await tries()).toEqual([count, 'open'])
    expect(await dan.billing()).toMatchObject({ subscription: { quantity: 1 }, balanceCents: 500 })
    expect(await modesOf(dan)).toEqual(['FIXED'])
  })

  it('ends the subscription after the last try: the wallet pays the rent, as long as it lasts', async () => {
    await advanceTo(dial, '2037-03-15T12:00:00Z')
    expect(await tries()).toEqual([4, 'open'])
    expect(await dan.billing()).toMatchObject({
      subscription: null,
      balanceCents: 200,
      numbersReleaseAt: null,
    })
    expect(await modesOf(dan)).toEqual(['PAYG'])
    expect(await dan.payments()).toHaveLength(1)
  })

  it('leads down to the release of the number, 30 days after the rent took the wallet below zero', async () => {
    await advanceTo(dial, '2037-04-15T12:00:00Z')
    const { balanceCents, numbersReleaseAt } = await dan.billing()
    expect({ balanceCents, day: dayOf(numbersReleaseAt ?? 0) }).toEqual({
      balanceCents: -100,
      day: '2037-05-15',
    })
    await advanceTo(dial, '2037-05-15T11:00:00Z')
    expect(await modesOf(dan)).toEqual(['PAYG'])
    await advanceTo(dial, '2037-05-15T13:00:00Z')
    expect((await dan.ask(numbersResponse, 'GET', '/api/v1/numbers')).numbers).toEqual([])
  })
})

import fc from 'fast-check'
import type Stripe from 'stripe'
import { beforeAll, describe, expect, it } from 'vitest'
import { isLongRun } from '@/lib/testing/repetitions'
import { AGAINST_STRIPE, useStripeContract } from '@/lib/testing/use-stripe-contract'
import {
  monthsLater,
  netOf,
  Oracle,
  OracleAccount,
  type OracleDiscount,
  type OracleLine,
} from '../subscriptions/oracle'
import { givenNumberPrices, givenPayingCustomer, itemOf } from './subscription-scenes'

const contract = useStripeContract()
let prices: Awaited<ReturnType<typeof givenNumberPrices>>

beforeAll(async () => {
  prices = await givenNumberPrices(contract.stripe)
})

const DAY = 86_400
const TERMS = { monthly: { unit: 1200n, months: 1 }, annual: { unit: 12_000n, months: 12 } } as const

const coupon = fc.record({
  off: fc.oneof(
    fc.record({ kind: fc.constant('percent' as const), hundredths: fc.bigInt(1n, 10_000n) }),
    fc.record({ kind: fc.constant('amount' as const), cents: fc.bigInt(1n, 9_000n) }),
  ),
  duration: fc.oneof(fc.constantFrom('once' as const, 'forever' as const), fc.integer({ min: 1, max: 4 })),
})

const step = fc.oneof(
  fc.record({
    kind: fc.constant('change' as const),
    to: fc.constantFrom('same' as const, 'monthly' as const, 'annual' as const),
    quantity: fc.integer({ min: 1, max: 20 }),
    behavior: fc.constantFrom('always_invoice', 'create_prorations', 'none'),
    dated: fc.double({ min: 0, max: 0.999, noNaN: true }),
    coupon: fc.option(coupon, { nil: null, freq: 3 }),
  }),
  fc.record({ kind: fc.constant('pass' as const), days: fc.integer({ min: 0, max: 70 }) }),
)

const history = fc.record({
  quantity: fc.integer({ min: 1, max: 20 }),
  begins: fc.constantFrom('monthly' as const, 'annual' as const),
  itemized: fc.boolean(),
  coupon: fc.option(coupon, { nil: null }),
  /** Days from the one before to its first day: any day of any month can be the anchor. */
  later: fc.integer({ min: 0, max: 40 }),
  steps: fc.array(step, { minLength: 2, maxLength: 6 }),
})

type Coupon = Parameters<Parameters<typeof coupon.map>[0]>[0]
type Step = Parameters<Parameters<typeof step.map>[0]>[0]
type History = Parameters<Parameters<typeof history.map>[0]>[0]

/** A discount in force: what it takes off, and when it ends. */
type InForce = Readonly<{ off: OracleDiscount; once: boolean; until: number | null }>

const inForce = ({ off, duration }: Coupon, now: number): InForce => ({
  off,
  once: duration === 'once',
  until: typeof duration === 'number' ? monthsLater(now, duration) : null,
})

async function makeCoupon({ off, duration }: Coupon): Promise<string> {
  const { id } = await contract.stripe.coupons.create({
    ...(off.kind === 'percent'
      ? { percent_off: Number(off.hundredths) / 100 }
      : { amount_off: Number(off.cents), currency: 'usd' }),
    ...(typeof duration === 'number'
      ? { duration: 'repeating', duration_in_months: duration }
      : { duration }),
  })
  return id
}

/** A line after its discounts, whether they are shown apart or as part of the amount. */
const netLines = (invoice: Stripe.Invoice): number[] =>
  invoice.lines.data.map(
    ({ amount, discount_amounts }) =>
      amount - (discount_amounts ?? []).reduce((sum, discount) => sum + discount.amount, 0),
  )

function expectSame(invoice: Stripe.Invoice, lines: readonly OracleLine[], account: OracleAccount): void {
  const { total, due } = account.quote(lines)
  expect(netLines(invoice)).toEqual(lines.map((line) => Number(netOf(line))))
  expect({ total: invoice.total, due: invoice.amount_due }).toEqual({
    total: Number(total),
    due: Number(due),
  })
}

/** A subscription at Stripe, and what the rules make of it, side by side. */
class Pair {
  #oracle: Oracle
  readonly #account = new OracleAccount()
  #pending: OracleLine[] = []
  #discounts: InForce[]
  #seen = 1
  #terms: 'monthly' | 'annual'

  private constructor(
    private subscription: Stripe.Subscription,
    private readonly customer: string,
    given: History,
  ) {
    this.#terms = given.begins
    this.#discounts = given.coupon === null ? [] : [inForce(given.coupon, subscription.created)]
    this.#oracle = new Oracle(
      { at: subscription.created, ...TERMS[given.begins], quantity: BigInt(given.quantity) },
      this.#offs(),
    )
  }

  static async begin(given: History): Promise<Pair> {
    const { stripe } = contract
    await contract.control('POST', 'clock/advance', { seconds: given.later * DAY + 1 })
    const { customer } = await givenPayingCustomer(stripe)
    const subscription = await stripe.subscriptions.create({
      customer,
      items: [{ price: prices[given.begins], quantity: given.quantity }],
      billing_mode: {
        type: 'flexible',
        flexible: { proration_discounts: given.itemized ? 'itemized' : 'included' },
      },
      ...(given.coupon === null ? {} : { discounts: [{ coupon: await makeCoupon(given.coupon) }] }),
      expand: ['latest_invoice'],
    })
    const pair = new Pair(subscription, customer, given)
    await pair.#bill(pair.#oracle.first())
    return pair
  }

  async play(wanted: Step): Promise<void> {
    if (wanted.kind === 'pass') await this.#pass(wanted.days)
    else await this.#change(wanted)
    const customer = await contract.stripe.customers.retrieve(this.customer)
    expect(customer).toMatchObject({ balance: Number(this.#account.balance) })
    const item = itemOf(this.subscription)
    expect({ from: item.current_period_start, to: item.current_period_end }).toEqual(this.#oracle.period)
  }

  async #change(wanted: Extract<Step, { kind: 'change' }>): Promise<void> {
    const { stripe } = contract
    const to = wanted.to === 'same' ? this.#terms : wanted.to
    const { from, to: end } = this.#oracle.period
    const proration_date = from + Math.floor((end - from) * wanted.dated)
    const restarts = to !== this.#terms
    const details = {
      items: [{ id: itemOf(this.subscription).id, price: prices[to], quantity: wanted.quantity }],
      proration_behavior: wanted.behavior,
      ...(wanted.behavior === 'none' ? {} : { proration_date }),
      ...(restarts ? { billing_cycle_anchor: { type: 'now' as const } } : {}),
    }
    const discounts = wanted.coupon === null ? undefined : [{ coupon: await makeCoupon(wanted.coupon) }]
    const quote = await stripe.invoices.createPreview({
      subscription: this.subscription.id,
      subscription_details: details,
      ...(discounts === undefined ? {} : { discounts }),
    })
    this.subscription = await stripe.subscriptions.update(this.subscription.id, {
      ...details,
      payment_behavior: 'error_if_incomplete',
      ...(discounts === undefined ? {} : { discounts }),
      expand: ['discounts'],
    })
    const now = restarts ? this.subscription.billing_cycle_anchor : await this.#now()
    this.#end(now)
    if (wanted.coupon !== null) this.#discounts = [inForce(wanted.coupon, this.#discountedAt(now))]
    const prorate = wanted.behavior !== 'none'
    const quantity = BigInt(wanted.quantity)
    const lines = restarts
      ? this.#oracle.restart({ ...TERMS[to], quantity, now }, proration_date, prorate, this.#offs())
      : this.#oracle.resize(quantity, proration_date, prorate, this.#offs())
    this.#terms = to
    // What is a new period comes after what was waiting; prorations join it.
    const prorations = restarts ? lines.slice(0, -1) : lines
    this.#pending.push(...prorations)
    const billsNow = restarts || (wanted.behavior === 'always_invoice' && lines.length > 0)
    if (!billsNow) return
    const billed = [...this.#pending, ...(restarts ? lines.slice(-1) : [])]
    this.#pending = []
    expectSame(quote, billed, this.#account)
    await this.#bill(billed)
  }

  /** The newest invoice is these lines, and is paid. */
  async #bill(lines: readonly OracleLine[]): Promise<void> {
    const invoices = await this.#invoices()
    expect(invoices).toHaveLength(this.#seen)
    this.#seen += 1
    const [newest] = invoices
    if (newest === undefined) throw new Error('There is no invoice.')
    this.#settle(newest, lines)
  }

  #settle(invoice: Stripe.Invoice, lines: readonly OracleLine[]): void {
    expectSame(invoice, lines, this.#account)
    const { due } = this.#account.settle(lines)
    expect(invoice).toMatchObject({ status: 'paid', amount_paid: Number(due) })
    this.#discounts = this.#discounts.filter(({ once }) => !once)
  }

  async #pass(days: number): Promise<void> {
    const { stripe } = contract
    const quote = await stripe.invoices.createPreview({ subscription: this.subscription.id })
    await contract.control('POST', 'clock/advance', { seconds: days * DAY })
    // A renewal is paid an hour after it begins.
    const now = await this.#now()
    const due = this.#oracle.period.to
    if (due <= now && now < due + 3600) await contract.control('POST', 'clock/advance', { seconds: 3600 })
    const made = (await this.#invoices()).reverse().slice(this.#seen - 1)
    for (const [index, invoice] of made.entries()) {
      const moment = this.#oracle.period.to
      this.#end(moment)
      const lines = [...this.#pending, ...this.#oracle.renew(this.#offs())]
      this.#pending = []
      if (index === 0) expectSame(quote, lines, this.#account)
      expect(invoice.created).toBe(moment)
      if (invoice.status === 'draft') expectSame(invoice, lines, this.#account)
      else this.#settle(invoice, lines)
      this.#seen += 1
    }
    this.subscription = await stripe.subscriptions.retrieve(this.subscription.id)
  }

  /** When the discount that was just given began: it may have been a second before `now`. */
  #discountedAt(now: number): number {
    const [discount] = this.subscription.discounts
    return typeof discount === 'object' ? discount.start : now
  }

  /** So that it does not go on renewing while others are played. */
  async end(): Promise<void> {
    await contract.stripe.subscriptions.cancel(this.subscription.id)
  }

  /** Discounts whose time is over take nothing off any more. */
  #end(moment: number): void {
    this.#discounts = this.#discounts.filter(({ until }) => until === null || until > moment)
  }

  #offs(): OracleDiscount[] {
    return this.#discounts.map(({ off }) => off)
  }

  async #now(): Promise<number> {
    const { now } = await contract.control<{ now: string }>('GET', 'clock')
    return Math.floor(Date.parse(now) / 1000)
  }

  /** Newest first. */
  async #invoices(): Promise<Stripe.Invoice[]> {
    return (await contract.stripe.invoices.list({ customer: this.customer, limit: 100 })).data
  }
}

describe.skipIf(AGAINST_STRIPE)('any history of a subscription', () => {
  it('is quoted as it is invoiced, and both as the rules say', async () => {
    await fc.assert(
      fc.asyncProperty(history, async (given) => {
        const pair = await Pair.begin(given)
        for (const wanted of given.steps) await pair.play(wanted)
        await pair.end()
      }),
      // Time only goes on, so a failing history cannot be played again to make it smaller.
      { numRuns: isLongRun ? 1000 : 10, endOnFailure: true },
    )
  })
})

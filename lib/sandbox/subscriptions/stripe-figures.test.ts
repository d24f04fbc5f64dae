import { describe, expect, it } from 'vitest'
import type { Worth } from '../discounts/apply-discounts'
import { addMonths, type Period } from './billing-period'
import { netOf } from './oracle'
import { planChange, wholePeriods, type Change, type Charge, type PlanItem, type Terms } from './plan-change'
import { debitOf, linesOf, termsOf } from './plan-scenes'

/**
 * What Stripe itself says that something costs, published or captured, with where it comes from: the golden values of the
 * arithmetic. Amounts are cents after discounts, credits first.
 */
const at = (text: string) => Date.parse(text) / 1000
const days = (from: string, to: string): Period => ({ start: at(from), end: at(to) })
const middleOf = ({ start, end }: Period) => (start + end) / 2

type Sold = Readonly<{ terms: Terms; quantity: number }>

/** Items that were billed for the whole of a period, with what discounts took off them. */
function bill(period: Period, sold: readonly Sold[], worths: readonly Worth[] = []) {
  const items = sold.map((item, index) => ({ id: `si_${index}`, period, debits: [], ...item }))
  const charges = wholePeriods(items, worths)
  const billed: PlanItem[] = items.map((item, index) => ({ ...item, debits: debitsOf(charges[index]) }))
  return { charges, items: billed }
}

const debitsOf = (charge: Charge | undefined) => (charge === undefined ? [] : [debitOf(charge)])

/** The lines of a change as of `moment`, in the period under way. */
function change(items: readonly PlanItem[], moment: number, wanted: Partial<Change>): number[] {
  const plan = planChange(items, items[0]?.period.start ?? 0, {
    wanted: items,
    anchor: 'unchanged',
    prorate: true,
    prorationDate: moment,
    now: moment,
    worths: [],
    ...wanted,
  })
  return linesOf(plan).map((line) => Number(netOf(line)))
}

/** One item at one monthly price, changed to another. */
const reprice = (period: Period, before: number, after: number, moment: number): number[] => {
  const { items } = bill(period, [{ terms: termsOf(before, 1), quantity: 1 }])
  return change(items, moment, { wanted: [{ id: 'si_0', terms: termsOf(after, 1), quantity: 1 }] })
}

const percentOff = (percent: number, products: readonly string[] | null = null): Worth => ({
  discount: 'di_1',
  percentOff: percent * 100,
  amountOff: null,
  products,
})

describe('docs.stripe.com/billing/subscriptions/prorations', () => {
  it('“How prorations work”: from 10 to 20 USD halfway through the period', () => {
    expect(reprice({ start: 0, end: 2_592_000 }, 1000, 2000, 1_296_000)).toEqual([-500, 1000])
  })

  it('“Preview a proration”: Silver at 10.00 to Gold at 32.52 on 1 September 2020', () => {
    const period = { start: 1_596_749_288, end: 1_599_427_688 }
    expect(reprice(period, 1000, 3252, 1_598_982_148)).toEqual([-166, 541])
  })

  it('“Calculation logic with no prorations”: 10 USD paid, 20 USD unpaid for, back to 10 USD: nothing', () => {
    const { items } = bill(days('2026-04-01', '2026-05-01'), [{ terms: termsOf(1000, 1), quantity: 1 }])
    const [raised] = planChange(items, at('2026-04-01'), {
      wanted: [{ id: 'si_0', terms: termsOf(2000, 1), quantity: 1 }],
      anchor: 'unchanged',
      prorate: false,
      prorationDate: at('2026-04-11'),
      now: at('2026-04-11'),
      worths: [],
    }).items
    const back = { wanted: [{ id: 'si_0', terms: termsOf(1000, 1), quantity: 1 }] }
    expect(change(raised === undefined ? [] : [raised], at('2026-04-21'), back)).toEqual([-333, 333])
  })

  it('“Calculation logic for coupons applied to multiple subscription items”: 5 USD off 10 and 20 USD', () => {
    const fiveOff = { discount: 'di_1', percentOff: null, amountOff: 500, products: null }
    const period = days('2026-02-01', '2026-03-01')
    const sold = [termsOf(1000, 1), termsOf(2000, 1)].map((terms) => ({ terms, quantity: 1 }))
    const { charges, items } = bill(period, sold, [fiveOff])
    expect(charges.map(({ discounts }) => discounts.map(({ amount }) => amount))).toEqual([[166], [334]])
    expect(change(items, middleOf(period), { wanted: items.slice(1), worths: [fiveOff] })).toEqual([-417])
  })
})

describe('docs.stripe.com/billing/subscriptions/billing-cycle', () => {
  it.each([
    ['2026-09-02', ['2026-10-02', '2026-11-02', '2026-12-02']],
    ['2026-01-31', ['2026-02-28', '2026-03-31', '2026-04-30']],
    ['2028-01-31', ['2028-02-29', '2028-03-31', '2028-04-30']],
  ])('an anchor of %s bills on %j', (anchor, dates) => {
    expect(dates.map((_date, index) => addMonths(at(anchor), index + 1))).toEqual(dates.map(at))
  })
})

/** lists.stripe.com/g/api-discuss: where Stripe's own people call what a customer was charged expected. */
describe('Stripe’s mailing list', () => {
  it('C7yM2sNZhjU, 2016: two at 100 USD, then 50 % off and a third, halfway', () => {
    const period = days('2016-01-01', '2016-02-01')
    const terms = termsOf(10_000, 1)
    const { items } = bill(period, [{ terms, quantity: 2 }])
    const wanted = [{ id: 'si_0', terms, quantity: 3 }]
    expect(change(items, middleOf(period), { wanted, worths: [percentOff(50)] })).toEqual([-10_000, 7_500])
  })

  it('lvd7Ht4F41Y, 2022: a year at 100 EUR, 50 % off once, and a second seat halfway', () => {
    const period = days('2022-01-01', '2023-01-01')
    const terms = termsOf(10_000, 12)
    const { items } = bill(period, [{ terms, quantity: 1 }], [percentOff(50)])
    const wanted = [{ id: 'si_0', terms, quantity: 2 }]
    expect(change(items, middleOf(period), { wanted })).toEqual([-2_500, 10_000])
  })

  it('IJcpzvMPTAE, 2025: 30 at 3 USD, 50 % off once, beside 10 at 6 USD, and 30 more on the same day', () => {
    const period = days('2025-05-08', '2025-06-08')
    const mailboxes = { ...termsOf(300, 1), product: 'prod_mailbox' }
    const sold = [
      { terms: mailboxes, quantity: 30 },
      { terms: termsOf(600, 1), quantity: 10 },
    ]
    const { charges, items } = bill(period, sold, [percentOff(50, ['prod_mailbox'])])
    expect(charges.map(({ amount, discounts }) => amount - (discounts[0]?.amount ?? 0))).toEqual([
      4_500, 6_000,
    ])
    const wanted = items.map((item, index) => (index === 0 ? { ...item, quantity: 60 } : item))
    expect(change(items, period.start, { wanted })).toEqual([-4_500, 18_000])
  })
})

describe('captured answers', () => {
  it('gist matthewarkin/27bcfdf6, 2017: 8,811.12 minutes of 28 days unused', () => {
    const period = { start: 1_489_449_600 - 28 * 86_400, end: 1_489_449_600 }
    expect(reprice(period, 1000, 10_000, 1_488_568_488)[0]).toBe(-364)
  })

  it('gist matthewarkin/bb310ee2, 2014: from 20 to 40 USD two minutes after it began', () => {
    const period = { start: 1_403_630_314, end: addMonths(1_403_630_314, 1) }
    expect(reprice(period, 2000, 4000, 1_403_630_438)).toEqual([-2000, 4000])
  })

  it('an invoice of 25 October 2024: 72 seconds used of a month at 10.00, changed to 20.00', () => {
    expect(reprice({ start: 1_729_866_657, end: 1_732_545_057 }, 1000, 2000, 1_729_866_729)).toEqual([
      -1000, 2000,
    ])
  })

  it('a test account, 2026: from 2 to 3 at 10.00 on the tenth day of a month of 31 days', () => {
    const terms = termsOf(1000, 1)
    const { items } = bill(days('2026-01-10', '2026-02-10'), [{ terms, quantity: 2 }])
    const wanted = [{ id: 'si_0', terms, quantity: 3 }]
    expect(change(items, at('2026-01-20'), { wanted })).toEqual([-1355, 2032])
  })
})

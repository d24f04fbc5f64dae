import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Worth } from '../discounts/apply-discounts'
import { addMonths, periodAt, type Period } from './billing-period'
import { monthsLater, Oracle, type OracleDiscount } from './oracle'
import { planChange, wholePeriods, type PlanItem } from './plan-change'
import { chargesOf, debitOf, linesOf, termsOf } from './plan-scenes'
import type { Debit } from './prorate'

const RUNS = 2000

const worthOf = (discount: OracleDiscount, index: number): Worth => ({
  discount: `di_${index}`,
  percentOff: discount.kind === 'percent' ? Number(discount.hundredths) : null,
  amountOff: discount.kind === 'amount' ? Number(discount.cents) : null,
  products: null,
})

const discounts = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant('percent' as const), hundredths: fc.bigInt(1n, 10_000n) }),
    fc.record({ kind: fc.constant('amount' as const), cents: fc.bigInt(1n, 30_000n) }),
  ),
  { maxLength: 2 },
)

const step = fc.record({
  kind: fc.constantFrom('resize', 'restart', 'renew'),
  quantity: fc.integer({ min: 0, max: 50 }),
  unit: fc.integer({ min: 0, max: 99_999 }),
  months: fc.constantFrom(1, 3, 12),
  /** Where in what is left of the period it happens, and as of when it is prorated. */
  at: fc.double({ min: 0, max: 0.999, noNaN: true }),
  dated: fc.double({ min: 0, max: 0.999, noNaN: true }),
  prorate: fc.boolean(),
  discounts,
})

const history = fc.record({
  at: fc.integer({ min: 1_577_836_800, max: 1_893_456_000 }),
  quantity: fc.integer({ min: 1, max: 50 }),
  unit: fc.integer({ min: 0, max: 99_999 }),
  months: fc.constantFrom(1, 3, 12),
  discounts,
  steps: fc.array(step, { maxLength: 8 }),
})

type Step = Parameters<Parameters<typeof step.map>[0]>[0]

/** Plays one step on both sides. @returns what each bills, and the item after it. */
function play(item: PlanItem, anchor: number, oracle: Oracle, wanted: Step, now: number) {
  const worths = wanted.discounts.map(worthOf)
  if (wanted.kind === 'renew') {
    const period = periodAt(anchor, item.terms.recurrence, item.period.end)
    const charges = wholePeriods([{ ...item, period }], worths)
    return {
      ours: chargesOf(charges),
      theirs: oracle.renew(wanted.discounts),
      item: { ...item, period, debits: charges.map(debitOf) },
      anchor,
      now: period.start,
    }
  }
  const { start, end }: Period = item.period
  const moment = now + Math.floor((end - now) * wanted.at)
  const dated = start + Math.floor((end - start) * wanted.dated)
  const restarts = wanted.kind === 'restart'
  const terms = restarts ? termsOf(wanted.unit, wanted.months) : item.terms
  const plan = planChange([item], anchor, {
    wanted: [{ id: item.id, terms, quantity: wanted.quantity }],
    anchor: restarts ? 'now' : 'unchanged',
    prorate: wanted.prorate,
    prorationDate: dated,
    now: moment,
    worths,
  })
  const [planned] = plan.items
  if (planned === undefined) throw new Error('The item is gone.')
  const quantity = BigInt(wanted.quantity)
  const theirs = restarts
    ? oracle.restart(
        { unit: BigInt(wanted.unit), months: wanted.months, quantity, now: moment },
        dated,
        wanted.prorate,
        wanted.discounts,
      )
    : oracle.resize(quantity, dated, wanted.prorate, wanted.discounts)
  return {
    ours: linesOf(plan),
    theirs,
    item: { ...planned, debits: [...planned.debits, ...plan.charges.map(debitOf)] },
    anchor: plan.anchor,
    now: moment,
  }
}

describe('a history of a subscription', () => {
  it('costs at every step what the rules say, worked out apart', () => {
    fc.assert(
      fc.property(history, ({ at, quantity, unit, months, discounts: first, steps }) => {
        const oracle = new Oracle({ at, unit: BigInt(unit), months, quantity: BigInt(quantity) }, first)
        const terms = termsOf(unit, months)
        const period = periodAt(at, terms.recurrence, at)
        const charges = wholePeriods([{ id: 'si_1', terms, quantity, period }], first.map(worthOf))
        expect(chargesOf(charges)).toEqual(oracle.first())
        const item: PlanItem = { id: 'si_1', terms, quantity, period, debits: charges.map(debitOf) }
        let state = { item, anchor: at, now: at }
        for (const wanted of steps) {
          const { ours, theirs, ...next } = play(state.item, state.anchor, oracle, wanted, state.now)
          expect(ours).toEqual(theirs)
          expect(next.item.period).toEqual({ start: oracle.period.from, end: oracle.period.to })
          state = next
        }
      }),
      { numRuns: RUNS },
    )
  })

  it('never credits more than was debited, and loses at most half a cent each time it is credited', () => {
    fc.assert(
      fc.property(history, ({ at, quantity, unit, months, steps }) => {
        const terms = termsOf(unit, months)
        const period = periodAt(at, terms.recurrence, at)
        const [charge] = wholePeriods([{ id: 'si_1', terms, quantity, period }], [])
        if (charge === undefined) throw new Error('Nothing was charged.')
        let debits: readonly Debit[] = [debitOf(charge)]
        let credited = 0
        let pieces = 0
        const moments = steps.map(({ dated }) => dated).sort((a, b) => b - a)
        for (const moment of [...moments, 0]) {
          const { credits, items } = planChange([{ id: 'si_1', terms, quantity, period, debits }], at, {
            wanted: [{ id: 'si_1', terms, quantity: quantity + 1 }],
            anchor: 'unchanged',
            prorate: true,
            prorationDate: period.start + Math.floor((period.end - period.start) * moment),
            now: at,
            worths: [],
          })
          pieces += credits.length
          credited += credits.reduce((sum, credit) => sum + credit.gross, 0)
          expect(credited).toBeLessThanOrEqual(charge.amount)
          debits = items[0]?.debits ?? []
        }
        expect(credited).toBeGreaterThanOrEqual(charge.amount - pieces / 2)
      }),
      { numRuns: RUNS },
    )
  })
})

describe('a billing period', () => {
  it('ends as the calendar says, counted day by day', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 4_102_444_800 }),
        fc.integer({ min: 0, max: 400 }),
        (at, months) => {
          expect(addMonths(at, months)).toBe(monthsLater(at, months))
        },
      ),
      { numRuns: RUNS },
    )
  })

  it.each([
    ['2026-01-31T10:00:05Z', 1, '2026-02-28T10:00:05Z'],
    ['2026-01-31T10:00:05Z', 2, '2026-03-31T10:00:05Z'],
    ['2026-01-31T10:00:05Z', 3, '2026-04-30T10:00:05Z'],
    ['2028-01-31T00:00:00Z', 1, '2028-02-29T00:00:00Z'],
    ['2028-02-29T23:59:59Z', 12, '2029-02-28T23:59:59Z'],
    ['2028-02-29T23:59:59Z', 48, '2032-02-29T23:59:59Z'],
  ])('from %s, %i months on, is %s', (from, months, to) => {
    expect(addMonths(Date.parse(from) / 1000, months)).toBe(Date.parse(to) / 1000)
  })
})

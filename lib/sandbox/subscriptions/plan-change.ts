import { applyDiscounts, type Worth } from '../discounts/apply-discounts'
import { periodAt, type Period, type Recurrence } from './billing-period'
import { creditFrom, shareOf, type Credit, type Debit, type DiscountAmount } from './prorate'

/** What a price says about money and time. */
export type Terms = Readonly<{
  price: string
  product: string
  /** Cents a unit and period. */
  unitAmount: number
  recurrence: Recurrence
}>

export type PlanItem = Readonly<{
  id: string
  terms: Terms
  quantity: number
  period: Period
  debits: readonly Debit[]
}>

export type Change = Readonly<{
  /** The items as they shall be. Those of `before` that are not among them end. */
  wanted: readonly Readonly<{ id: string; terms: Terms; quantity: number }>[]
  /** Whether the billing periods begin anew, now. */
  anchor: 'now' | 'unchanged'
  prorate: boolean
  /** Unix seconds as of which time is divided into used and unused. */
  prorationDate: number
  now: number
  /** The discounts in force after the change. */
  worths: readonly Worth[]
}>

/** Something to bill: part of a period (`proration`) or a whole one. Amounts in cents, before discounts. */
export type Charge = Readonly<{
  item: string
  terms: Terms
  quantity: number
  period: Period
  amount: number
  discounts: readonly DiscountAmount[]
  proration: boolean
}>

export type PlannedItem = Readonly<{
  id: string
  terms: Terms
  quantity: number
  period: Period
  /** What of the earlier debits stands; the charge of this plan comes on top. */
  debits: readonly Debit[]
}>

export type Plan = Readonly<{
  anchor: number
  credits: readonly (Credit & { item: string; quantity: number })[]
  charges: readonly Charge[]
  items: readonly PlannedItem[]
  /** Whether an invoice has to be made now, whatever the proration behaviour says. */
  restarts: boolean
}>

/**
 * What a change of a subscription's items costs. Unused time is credited by what was debited for it; the rest of the
 * period is debited at the new price. Nothing moves the anchor but the caller's wish; an item whose price recurs
 * otherwise goes to the period of that length, counted from the anchor, that holds this moment.
 */
export function planChange(before: readonly PlanItem[], anchorBefore: number, change: Change): Plan {
  const restarts = change.anchor === 'now'
  const anchor = restarts ? change.now : anchorBefore
  const moved = before.map((item) => movedTo(item, change))
  const kept = new Map(moved.map((result) => [result.item.id, result]))
  const items = change.wanted.map((wanted): PlannedItem => {
    const old = kept.get(wanted.id)
    const stays = old !== undefined && !restarts && sameRecurrence(old.item.terms, wanted.terms)
    const period = stays ? old.item.period : periodAt(anchor, wanted.terms.recurrence, change.now)
    return { ...wanted, period, debits: old?.debits ?? [] }
  })
  const touched = items.filter(({ id }) => kept.get(id)?.touched !== false)
  return {
    anchor,
    restarts,
    items,
    credits: moved.flatMap(({ item, credits }) =>
      credits.map((credit) => ({ ...credit, item: item.id, quantity: credit.debit.quantity })),
    ),
    charges: restarts ? wholePeriods(items, change.worths) : partPeriods(touched, items, change),
  }
}

type Moved = Readonly<{
  item: PlanItem
  touched: boolean
  credits: readonly Credit[]
  debits: readonly Debit[]
}>

/** What becomes of an item's debits. */
function movedTo(item: PlanItem, { wanted, anchor, prorate, prorationDate }: Change): Moved {
  const next = wanted.find(({ id }) => id === item.id)
  const same = next !== undefined && next.terms.price === item.terms.price && next.quantity === item.quantity
  if (same && anchor === 'unchanged') return { item, touched: false, credits: [], debits: item.debits }
  // Without prorations nothing comes back.
  const { credits, debits } = prorate
    ? creditFrom(item.debits, prorationDate)
    : { credits: [], debits: item.debits }
  // A new period leaves no credit of the old one behind, wherever that was divided.
  return { item, touched: true, credits, debits: anchor === 'now' ? [] : debits }
}

function sameRecurrence(a: Terms, b: Terms): boolean {
  return a.recurrence.interval === b.recurrence.interval && a.recurrence.count === b.recurrence.count
}

/** One whole period of each item. */
export function wholePeriods(
  items: readonly Omit<PlannedItem, 'debits'>[],
  worths: readonly Worth[],
): Charge[] {
  const taken = applyDiscounts(
    items.map(({ terms, quantity }) => ({
      amount: terms.unitAmount * quantity,
      fullAmount: terms.unitAmount * quantity,
      product: terms.product,
      part: 1,
      whole: 1,
    })),
    worths,
  )
  return items.map(({ id, terms, quantity, period }, index) => ({
    item: id,
    terms,
    quantity,
    period,
    amount: terms.unitAmount * quantity,
    discounts: taken[index] ?? [],
    proration: false,
  }))
}

/** The rest of the period, from the proration date on, of each item that changed. */
function partPeriods(
  touched: readonly PlannedItem[],
  all: readonly PlannedItem[],
  { prorate, prorationDate, worths }: Change,
): Charge[] {
  if (!prorate) return []
  const parts = all.map(({ terms, quantity, period }) => {
    const part = Math.max(0, period.end - Math.max(prorationDate, period.start))
    const fullAmount = terms.unitAmount * quantity
    const whole = period.end - period.start
    return { amount: shareOf(fullAmount, part, whole), fullAmount, product: terms.product, part, whole }
  })
  // The whole subscription shares a fixed discount, so all items are weighed, though only some are billed.
  const taken = applyDiscounts(parts, worths)
  return all.flatMap((item, index): Charge[] => {
    const part = parts[index]
    if (part === undefined || !touched.includes(item)) return []
    return [
      {
        item: item.id,
        terms: item.terms,
        quantity: item.quantity,
        period: { start: Math.max(prorationDate, item.period.start), end: item.period.end },
        amount: part.amount,
        discounts: taken[index] ?? [],
        proration: true,
      },
    ]
  })
}

import type { Worth } from '../discounts/apply-discounts'
import type { Body, Row } from '../store/kinds'
import type { Unit } from '../store/unit'
import type { PlanItem } from './plan-change'
import { termsOf } from './read-terms'

/** A subscription's items as the arithmetic wants them. */
export function readPlan({ body, hidden }: Pick<Row<'subscription'>, 'body' | 'hidden'>): PlanItem[] {
  return body.items.data.map((item) => ({
    id: item.id,
    terms: termsOf(item.price, 'items'),
    quantity: item.quantity ?? 1,
    period: { start: item.current_period_start, end: item.current_period_end },
    debits: hidden.debits[item.id] ?? [],
  }))
}

/** What the discounts of these ids are worth at `moment`; those that have ended are left out. */
export async function readWorths(unit: Unit, ids: readonly string[], moment: number): Promise<Worth[]> {
  const worths: Worth[] = []
  for (const id of ids) {
    const discount = await unit.row('discount', id)
    if (discount === null || (discount.body.end !== null && discount.body.end <= moment)) continue
    const couponId = discount.body.source.coupon
    const coupon = typeof couponId === 'string' ? await unit.row('coupon', couponId) : null
    if (coupon !== null) worths.push(worthOf(id, coupon.body))
  }
  return worths
}

export function worthOf(discount: string, coupon: Body<'coupon'>): Worth {
  return {
    discount,
    // Stripe keeps two decimals of a percentage.
    percentOff: coupon.percent_off === null ? null : Math.round(coupon.percent_off * 100),
    amountOff: coupon.amount_off,
    products: coupon.applies_to?.products ?? null,
  }
}

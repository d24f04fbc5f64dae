import { discountsLeft } from '../discounts/redeem'
import { requireCustomer } from '../resources/customers'
import type { Body, Row } from '../store/kinds'
import type { Unit } from '../store/unit'
import { periodAt } from './billing-period'
import type { Debits } from './bill-plan'
import { draftInvoice } from './invoice-subscription'
import { wholePeriods } from './plan-change'
import { readPlan, readWorths } from './read-plan'
import { periodEndOf, type Subscription } from './save-subscription'

export type Renewal = Readonly<{
  /** In its next period; not saved. */
  body: Subscription
  debits: Debits
  /** With the next period of each item whose period ends, and all that was pending; not saved. */
  draft: Body<'invoice'>
}>

/** What the next renewal makes of a subscription, whenever it is asked. `row` may be one that is not saved yet. */
export async function draftRenewal(
  unit: Unit,
  { body, hidden }: Pick<Row<'subscription'>, 'body' | 'hidden'>,
): Promise<Renewal> {
  const end = periodEndOf(body)
  const customer = await requireCustomer(unit, body.customer, 'customer')
  const items = readPlan({ body, hidden }).map((item) => ({
    ...item,
    renews: item.period.end <= end,
    period:
      item.period.end <= end
        ? periodAt(body.billing_cycle_anchor, item.terms.recurrence, item.period.end)
        : item.period,
  }))
  const renewing = body.cancel_at === null || body.cancel_at > end ? items.filter(({ renews }) => renews) : []
  const discounts = body.discounts
  const { draft, debits } = await draftInvoice(unit, {
    subscription: body,
    customer,
    reason: 'subscription_cycle',
    charges: wholePeriods(renewing, await readWorths(unit, discounts, end)),
    prices: new Map(body.items.data.map(({ price }) => [price.id, price])),
    pending: 'all',
    prorationDate: null,
    periodStart: Math.min(...body.items.data.map((item) => item.current_period_start)),
  })
  const periods = new Map(items.map(({ id, period }) => [id, period]))
  return {
    draft: { ...draft, period_end: end },
    debits: Object.fromEntries(
      items.map(({ id, renews, debits: old }) => [id, renews ? (debits[id] ?? []) : old]),
    ),
    body: {
      ...body,
      discounts: await discountsLeft(unit, discounts, end, renewing.length > 0),
      items: {
        ...body.items,
        data: body.items.data.map((item) => ({
          ...item,
          current_period_start: periods.get(item.id)?.start ?? item.current_period_start,
          current_period_end: periods.get(item.id)?.end ?? item.current_period_end,
        })),
      },
      latest_invoice: draft.id,
    },
  }
}

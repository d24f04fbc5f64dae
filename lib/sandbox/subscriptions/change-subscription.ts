import { redeemDiscounts, discountsLeft, type SentDiscount } from '../discounts/redeem'
import { requireCustomer } from '../resources/customers'
import type { Body, Row } from '../store/kinds'
import type { Unit } from '../store/unit'
import { billProrations, type Debits } from './bill-plan'
import { draftInvoice } from './invoice-subscription'
import { newSubscriptionItem } from './make-subscription'
import { planChange, type Plan } from './plan-change'
import type { Debit } from './prorate'
import { readPlan, readWorths } from './read-plan'
import { termsOf } from './read-terms'
import type { Subscription } from './save-subscription'

export type WantedItem = Readonly<{
  id: string
  price: Body<'price'>
  quantity: number
  metadata: Record<string, string>
}>

export type WantedChange = Readonly<{
  /** All items as they shall be; null leaves them. */
  items: readonly WantedItem[] | null
  anchor: 'now' | 'unchanged'
  behavior: 'always_invoice' | 'create_prorations' | 'none'
  prorationDate: number | null
  /** Null leaves the discounts; an empty list clears them. */
  discounts: readonly SentDiscount[] | null
  discountsParam: string
}>

export type Changed = Readonly<{
  /** Not saved, nor said to have changed. */
  body: Subscription
  debits: Debits
  /** A draft that is to be collected now; null where nothing is billed now. */
  invoice: Body<'invoice'> | null
}>

/**
 * Works a change of items, anchor or discounts out and bills it: prorations become invoice items, and what is billed
 * now becomes a draft. The quote and the change are both this function, so they agree to the cent.
 */
export async function changeSubscription(
  unit: Unit,
  row: Row<'subscription'>,
  wanted: WantedChange,
): Promise<Changed> {
  const { body } = row
  const customer = await requireCustomer(unit, body.customer, 'customer')
  const items = wanted.items ?? body.items.data.map(keepItem)
  const discounts = await discountsAfter(unit, body, wanted, items, customer)
  const plan = planChange(readPlan(row), body.billing_cycle_anchor, {
    wanted: items.map((item) => ({ ...item, terms: termsOf(item.price, 'items') })),
    anchor: wanted.anchor,
    prorate: wanted.behavior !== 'none',
    prorationDate: wanted.prorationDate ?? unit.now,
    now: unit.now,
    worths: await readWorths(unit, discounts, unit.now),
  })
  const after = withPlan(unit, { ...body, discounts }, items, plan)
  const prorated = await billProrations({ unit, subscription: after, customer }, plan)
  const bills = plan.credits.length + plan.charges.length > 0
  const invoicesNow = plan.restarts || (wanted.behavior === 'always_invoice' && bills)
  if (!invoicesNow) return { body: after, debits: prorated, invoice: null }

  const { draft, debits } = await draftInvoice(unit, {
    subscription: after,
    customer,
    reason: 'subscription_update',
    charges: plan.charges,
    prices: new Map(items.map(({ price }) => [price.id, price])),
    pending: plan.restarts ? 'all' : 'own',
    prorationDate: wanted.prorationDate,
    periodStart: Math.max(...body.items.data.map((item) => item.current_period_start)),
  })
  const left = await discountsLeft(unit, discounts, unit.now, true)
  return {
    body: { ...after, discounts: left, latest_invoice: draft.id },
    debits: joined(prorated, debits),
    invoice: draft,
  }
}

function keepItem(item: Subscription['items']['data'][number]): WantedItem {
  return { id: item.id, price: item.price, quantity: item.quantity ?? 1, metadata: item.metadata }
}

async function discountsAfter(
  unit: Unit,
  body: Subscription,
  wanted: WantedChange,
  items: readonly WantedItem[],
  customer: Body<'customer'>,
): Promise<string[]> {
  // As stored, discounts are ids.
  const before = body.discounts
  if (wanted.discounts === null) return before
  return redeemDiscounts(
    unit,
    wanted.discounts,
    {
      customer,
      currency: body.currency,
      subtotal: items.reduce((sum, { price, quantity }) => sum + (price.unit_amount ?? 0) * quantity, 0),
      products: items.map(({ price }) => price.product),
      subscription: body.id,
      kept: before,
    },
    wanted.discountsParam,
  )
}

function withPlan(unit: Unit, body: Subscription, items: readonly WantedItem[], plan: Plan): Subscription {
  const before = new Map(body.items.data.map((item) => [item.id, item]))
  const data = plan.items.map(({ id, period }, index) => {
    const wanted = items[index]
    if (wanted === undefined) throw new Error(`The item ${id} was not asked for.`)
    const fresh = newSubscriptionItem(unit, { ...wanted, subscription: body.id, period })
    return { ...fresh, created: before.get(id)?.created ?? fresh.created }
  })
  const end = Math.min(...data.map((item) => item.current_period_end))
  return {
    ...body,
    billing_cycle_anchor: plan.anchor,
    cancel_at: body.cancel_at_period_end ? end : body.cancel_at,
    items: { ...body.items, data },
  }
}

/** Both debits of each item. */
function joined(a: Debits, b: Debits): Debits {
  const all = new Map<string, readonly Debit[]>(Object.entries(a))
  for (const [item, debits] of Object.entries(b)) all.set(item, [...(all.get(item) ?? []), ...debits])
  return Object.fromEntries(all)
}

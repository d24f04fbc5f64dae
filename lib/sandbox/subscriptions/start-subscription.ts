import { discountsLeft, redeemDiscounts, type SentDiscount } from '../discounts/redeem'
import { newId } from '../ids'
import { saveInvoice } from '../invoices/make-invoice'
import type { Body } from '../store/kinds'
import type { Unit } from '../store/unit'
import { periodAt } from './billing-period'
import { draftInvoice } from './invoice-subscription'
import { newSubscription, newSubscriptionItem } from './make-subscription'
import { wholePeriods } from './plan-change'
import { readWorths } from './read-plan'
import { termsOf } from './read-terms'
import { saveSubscription, type Subscription } from './save-subscription'

type Start = Readonly<{
  customer: Body<'customer'>
  items: readonly Readonly<{ price: Body<'price'>; quantity: number; metadata: Record<string, string> }>[]
  billingMode: Subscription['billing_mode']
  defaultPaymentMethod: string | null
  description: string | null
  discounts: readonly SentDiscount[]
  discountsParam: string
  metadata: Record<string, string>
  /** Whether items that wait for the customer's next invoice go on the first one. */
  pending: 'none' | 'all'
  savesMethod: boolean
}>

export type Started = Readonly<{ subscription: Subscription; invoice: Body<'invoice'> }>

/** Makes a subscription that begins now, `incomplete`, with its first invoice as a draft. Items must share a currency. */
export async function startSubscription(unit: Unit, start: Start): Promise<Started> {
  const id = newId('sub')
  const { customer } = start
  const planned = start.items.map((item) => {
    const terms = termsOf(item.price, 'items')
    return { ...item, id: newId('si'), terms, period: periodAt(unit.now, terms.recurrence, unit.now) }
  })
  const currency = start.items[0]?.price.currency ?? 'usd'
  const subtotal = planned.reduce((sum, { terms, quantity }) => sum + terms.unitAmount * quantity, 0)
  const products = planned.map(({ terms }) => terms.product)
  const discounts = await redeemDiscounts(
    unit,
    start.discounts,
    { customer, currency, subtotal, products, subscription: id, kept: [] },
    start.discountsParam,
  )
  const subscription = newSubscription(unit, {
    ...start,
    id,
    currency,
    anchor: unit.now,
    items: planned.map((item) => newSubscriptionItem(unit, { ...item, subscription: id })),
  })
  const { draft, debits } = await draftInvoice(unit, {
    subscription: { ...subscription, discounts },
    customer,
    reason: 'subscription_create',
    charges: wholePeriods(planned, await readWorths(unit, discounts, unit.now)),
    prices: new Map(planned.map(({ price }) => [price.id, price])),
    pending: start.pending,
    prorationDate: null,
    periodStart: unit.now,
  })
  const kept = saveSubscription(
    unit,
    {
      ...subscription,
      discounts: await discountsLeft(unit, discounts, unit.now, true),
      latest_invoice: draft.id,
    },
    { debits, announcedEnd: null, pending: null },
  )
  if (customer.currency !== currency) keepCurrency(unit, customer, currency)
  unit.emit('customer.subscription.created', kept)
  const invoice = saveInvoice(unit, draft)
  unit.emit('invoice.created', invoice)
  return { subscription: kept, invoice }
}

/** A customer's first subscription settles the currency they are billed in. */
function keepCurrency(unit: Unit, customer: Body<'customer'>, currency: string): void {
  const after = unit.save('customer', { ...customer, currency })
  unit.emit('customer.updated', after, { currency: customer.currency ?? null })
}

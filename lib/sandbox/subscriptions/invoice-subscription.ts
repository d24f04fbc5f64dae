import { addItems, pendingItems, subscriptionOf } from '../invoices/invoice-items'
import { withLines } from '../invoices/invoice-lines'
import { newInvoice } from '../invoices/make-invoice'
import type { Body } from '../store/kinds'
import type { Unit } from '../store/unit'
import { billPeriods, type Debits } from './bill-plan'
import type { Charge } from './plan-change'
import type { Subscription } from './save-subscription'

type Wanted = Readonly<{
  subscription: Subscription
  customer: Body<'customer'>
  reason: 'subscription_create' | 'subscription_cycle' | 'subscription_update'
  charges: readonly Charge[]
  prices: ReadonlyMap<string, Body<'price'>>
  /** Which of the customer's pending items go on it: this subscription's, or also those that wait for any invoice. */
  pending: 'none' | 'own' | 'all'
  prorationDate: number | null
  periodStart: number
}>

/** A draft with the pending items and the whole periods; not saved, nothing said. */
export async function draftInvoice(
  unit: Unit,
  wanted: Wanted,
): Promise<Readonly<{ draft: Body<'invoice'>; debits: Debits }>> {
  const { subscription, customer } = wanted
  const empty = newInvoice(unit, {
    customer,
    currency: subscription.currency,
    auto_advance: true,
    billing_reason: wanted.reason,
    description: null,
    parent: {
      quote_details: null,
      subscription_details: {
        metadata: subscription.metadata,
        subscription: subscription.id,
        ...(wanted.prorationDate === null ? {} : { subscription_proration_date: wanted.prorationDate }),
      },
      type: 'subscription_details',
    },
    period_start: wanted.periodStart,
  })
  const pending = wanted.pending === 'none' ? [] : await pendingItems(unit, customer.id, empty.currency)
  const mine = pending.filter((item) => {
    const owner = subscriptionOf(item)
    return owner === subscription.id || (owner === null && wanted.pending === 'all')
  })
  const withItems = addItems(unit, empty, mine)
  const { lines, debits } = await billPeriods(
    { unit, subscription, customer },
    wanted.charges,
    empty.id,
    wanted.prices,
  )
  return { draft: withLines(withItems, [...withItems.lines.data, ...lines]), debits }
}

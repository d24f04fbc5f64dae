import type { Body } from '../store/kinds'
import type { Unit } from '../store/unit'
import { newLine, withLines, type InvoiceLine } from './invoice-lines'

type Item = Body<'invoiceitem'>

/** The line that an item becomes on a draft. */
export function lineOf(item: Item, invoice: string): InvoiceLine {
  const details = item.pricing?.price_details
  return newLine({
    invoice,
    amount: item.amount,
    currency: item.currency,
    description: item.description,
    discountable: item.discountable,
    discounts: item.proration_details?.discount_amounts ?? [],
    quantity: item.quantity,
    metadata: item.metadata ?? {},
    parent: parentOf(item),
    period: item.period,
    price: details === undefined ? null : { id: details.price, product: details.product },
    subscription: item.parent?.subscription_details?.subscription ?? null,
  })
}

function parentOf(item: Item): InvoiceLine['parent'] {
  const details = item.parent?.subscription_details ?? null
  const proration_details = item.proration ? { credited_items: creditedLines(item) } : null
  if (details?.subscription_item !== undefined) {
    return {
      invoice_item_details: null,
      subscription_item_details: {
        invoice_item: item.id,
        proration: item.proration,
        proration_details,
        subscription: details.subscription,
        subscription_item: details.subscription_item,
      },
      type: 'subscription_item_details',
    }
  }
  return {
    invoice_item_details: {
      invoice_item: item.id,
      proration: item.proration,
      proration_details,
      subscription: details?.subscription ?? null,
    },
    subscription_item_details: null,
    type: 'invoice_item_details',
  }
}

/** A line can point to lines only; a debit that was still pending has none to point to. */
function creditedLines(item: Item): { invoice: string; invoice_line_items: string[] } | null {
  return item.proration_details?.credited_items?.invoice_line_item_details ?? null
}

/** The customer's items that are on no invoice yet, oldest first. */
export async function pendingItems(unit: Unit, customer: string, currency: string): Promise<Item[]> {
  const found: Item[] = []
  for (let after: string | undefined; ;) {
    const page = await unit.list('invoiceitem', { filters: { customer }, limit: 100, startingAfter: after })
    found.push(...page)
    const last = page.at(-1)
    if (page.length < 100 || last === undefined || last.id === after) break
    after = last.id
  }
  const own = new Map(found.map((item) => [item.id, item]))
  return [...own.values()].filter((item) => item.invoice === null && item.currency === currency).reverse()
}

/** The subscription an item belongs to; null where it waits for any next invoice. */
export const subscriptionOf = (item: Item): string | null =>
  item.parent?.subscription_details?.subscription ?? null

/** Puts items on a draft, behind its other lines. */
export function addItems(unit: Unit, draft: Body<'invoice'>, items: readonly Item[]): Body<'invoice'> {
  const lines = items.map((item) => {
    unit.save('invoiceitem', { ...item, invoice: draft.id })
    return lineOf(item, draft.id)
  })
  return withLines(draft, [...draft.lines.data, ...lines])
}

/** A draft with all the customer's items that were on no invoice yet, but for those of subscriptions. */
export async function addPendingItems(unit: Unit, draft: Body<'invoice'>): Promise<Body<'invoice'>> {
  const items = await pendingItems(unit, String(draft.customer), draft.currency)
  return addItems(
    unit,
    draft,
    items.filter((item) => subscriptionOf(item) === null),
  )
}

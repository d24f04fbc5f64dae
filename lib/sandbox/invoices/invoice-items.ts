import type { Body } from '../store/kinds'
import type { Unit } from '../store/unit'
import { newLine, withLines, type InvoiceLine } from './make-invoice'

/** The line that an item becomes on a draft. */
export function lineOf(unit: Unit, item: Body<'invoiceitem'>, invoice: string): InvoiceLine {
  const details = item.pricing?.price_details
  return newLine(unit, {
    invoice,
    amount: item.amount,
    currency: item.currency,
    description: item.description,
    quantity: item.quantity,
    metadata: item.metadata ?? {},
    invoiceItem: item.id,
    price: details === undefined ? null : { id: details.price, product: details.product },
  })
}

/** A draft with all the customer's items that were on no invoice yet; they are on this one now. */
export async function addPendingItems(unit: Unit, draft: Body<'invoice'>): Promise<Body<'invoice'>> {
  const items = await unit.list('invoiceitem', { filters: { customer: String(draft.customer) }, limit: 100 })
  const pending = items.filter((item) => item.invoice === null && item.currency === draft.currency)
  const lines = pending.map((item) => {
    unit.save('invoiceitem', { ...item, invoice: draft.id })
    return lineOf(unit, item, draft.id)
  })
  return withLines(draft, [...draft.lines.data, ...lines])
}

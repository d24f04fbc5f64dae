import type { InvoiceView } from '../page-port'
import { formatAmount, formatDate } from './format-amount'

/** The invoice's state in words, as the page and the PDF show it. */
export function describeInvoiceStatus(invoice: InvoiceView): string {
  switch (invoice.status) {
    case 'paid':
      return invoice.paidSeconds === null ? 'Paid' : `Paid ${formatDate(invoice.paidSeconds)}`
    case 'open':
      return invoice.dueSeconds === null ? 'Not paid yet' : `Due ${formatDate(invoice.dueSeconds)}`
    case 'uncollectible':
      return 'Uncollectible'
    case 'void':
      return 'Void: nothing is owed'
  }
}

/** Term and value, in the order in which the page and the PDF list them; what is unknown is left out. */
export function describeInvoiceFacts(invoice: InvoiceView): readonly (readonly [string, string])[] {
  const payer = [invoice.customerName, invoice.customerEmail].filter((part) => part !== null).join(', ')
  const facts: readonly (readonly [string, string | null])[] = [
    ['Billed to', payer === '' ? null : payer],
    ['Issued', formatDate(invoice.createdSeconds)],
    ['Due', invoice.dueSeconds === null ? null : formatDate(invoice.dueSeconds)],
    ['Paid with', invoice.paymentMethod],
  ]
  return facts.flatMap(([term, value]) => (value === null ? [] : [[term, value] as const]))
}

/** The sums below the lines; a discount and a remainder only where there is one. */
export function describeInvoiceSums(invoice: InvoiceView): readonly (readonly [string, string])[] {
  const money = (cents: number) => formatAmount(cents, invoice.currency)
  const remaining = invoice.status === 'void' ? 0 : invoice.totalCents - invoice.amountPaidCents
  const sums: readonly (readonly [string, string] | null)[] = [
    invoice.discountCents === 0 ? null : ['Subtotal', money(invoice.subtotalCents)],
    invoice.discountCents === 0 ? null : ['Discount', money(-invoice.discountCents)],
    ['Total', money(invoice.totalCents)],
    ['Amount paid', money(invoice.amountPaidCents)],
    remaining === 0 ? null : ['Amount due', money(remaining)],
  ]
  return sums.filter((sum) => sum !== null)
}

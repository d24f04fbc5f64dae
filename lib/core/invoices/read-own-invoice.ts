import type { InvoiceSnapshot, PaymentReads } from '../ports/payment-provider'

const INVOICE_ID = /^in_[A-Za-z0-9_]{1,250}$/

/** An invoice of one of these customers, asked for now; null for any other, and for what is no invoice. */
export async function readOwnInvoice(
  payments: PaymentReads,
  customers: readonly string[],
  invoiceId: string,
): Promise<(InvoiceSnapshot & Readonly<{ customerId: string }>) | null> {
  if (customers.length === 0 || !INVOICE_ID.test(invoiceId)) return null
  const invoice = await payments.invoice(invoiceId)
  if (invoice === null || invoice.livemode !== payments.livemode) return null
  const { customerId } = invoice
  return customerId !== null && customers.includes(customerId) ? { ...invoice, customerId } : null
}

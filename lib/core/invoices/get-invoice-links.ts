import { BillingError } from '@/lib/kit/errors'
import { requireScope } from '../actor'
import type { Context } from '../context'
import { readCustomers } from '../customers/read-customers'
import { readOwnInvoice } from './read-own-invoice'

/** Both are bearer secrets that expire: send them on at once, never store or log them. Null: not finished yet. */
export type InvoiceLinks = Readonly<{ hostedInvoiceUrl: string | null; invoicePdf: string | null }>

/**
 * Where the provider shows one of the account's invoices, asked for now. Another account's invoice is the same as none.
 * @throws BillingError `not_found`, `payment_provider_unavailable`
 */
export async function getInvoiceLinks(
  ctx: Context,
  input: Readonly<{ invoiceId: string }>,
): Promise<InvoiceLinks> {
  const accountId = requireScope(ctx.actor, 'billing:read')
  const invoice = await readOwnInvoice(ctx.payments, await readCustomers(ctx.db, accountId), input.invoiceId)
  if (invoice === null) throw new BillingError('not_found', 'No such invoice.')
  const { hostedInvoiceUrl, invoicePdf } = invoice
  return { hostedInvoiceUrl, invoicePdf }
}

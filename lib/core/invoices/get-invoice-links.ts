import { z } from 'zod'
import { callDatabase } from '@/lib/db/call'
import { BillingError } from '@/lib/kit/errors'
import { requireScope } from '../actor'
import type { Context } from '../context'

/** Both are bearer secrets that expire: send them on at once, never store or log them. */
export type InvoiceLinks = Readonly<{ hostedInvoiceUrl: string; invoicePdf: string }>

const INVOICE_ID = /^in_[A-Za-z0-9_]{1,250}$/

/**
 * Where the provider shows one of the account's invoices, asked for now. Another account's invoice is the same as none.
 * @throws BillingError `not_found` (also for a draft, which has no links yet), `payment_provider_unavailable`
 */
export async function getInvoiceLinks(
  ctx: Context,
  input: Readonly<{ invoiceId: string }>,
): Promise<InvoiceLinks> {
  const accountId = requireScope(ctx.actor, 'billing:read')
  if (!INVOICE_ID.test(input.invoiceId)) throw notFound()
  const customers = await customersOf(ctx, accountId)
  if (customers.length === 0) throw notFound()
  const invoice = await ctx.payments.invoice(input.invoiceId)
  const isOurs =
    invoice !== null &&
    invoice.livemode === ctx.payments.livemode &&
    invoice.customerId !== null &&
    customers.includes(invoice.customerId)
  if (!isOurs || invoice.hostedInvoiceUrl === null || invoice.invoicePdf === null) throw notFound()
  return { hostedInvoiceUrl: invoice.hostedInvoiceUrl, invoicePdf: invoice.invoicePdf }
}

/** The account's customer, and those it had before one was replaced. */
async function customersOf(ctx: Context, accountId: bigint): Promise<readonly string[]> {
  const rows = await callDatabase(
    ctx.db,
    (sql) => sql`
      select stripe_customer_id as id from account where id = ${accountId} and stripe_customer_id is not null
      union
      select stripe_customer_id from credit_order where account_id = ${accountId}`,
  )
  return z
    .array(z.object({ id: z.string() }))
    .parse([...rows])
    .map((row) => row.id)
}

function notFound(): BillingError {
  return new BillingError('not_found', 'No such invoice.')
}

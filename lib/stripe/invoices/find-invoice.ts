import type Stripe from 'stripe'
import type { PaymentReads } from '@/lib/core/ports/payment-provider'
import { callStripe } from '../call-stripe'
import type { Limiter } from '../limiter'
import { orNull } from '../or-null'
import { INVOICE_EXPANSIONS } from '../parse/invoice'

type Parts = Readonly<{ client: Stripe; limiter: Limiter }>

const PAGE_SIZE = 100

/** As a purchase needs it: with what is known of its payments. Null where Stripe knows no such invoice. */
export function retrieveInvoice(
  { client, limiter }: Parts,
  invoiceId: string,
): Promise<Stripe.Invoice | null> {
  return orNull(
    callStripe(limiter, { endpoint: 'GET /v1/invoices/:id', priority: 'purchase' }, (options) =>
      client.invoices.retrieve(invoiceId, { expand: INVOICE_EXPANSIONS }, options),
    ),
  )
}

/** By the order's id in its metadata, in Stripe's list and not by its search, which lags behind. */
export async function findInvoiceOfOrder(
  { client, limiter }: Parts,
  { customerId, orderId, since }: Parameters<PaymentReads['invoiceOfOrder']>[0],
): Promise<string | null> {
  let after: string | undefined
  for (;;) {
    const page = await orNull(
      callStripe(limiter, { endpoint: 'GET /v1/invoices', priority: 'purchase' }, (options) =>
        client.invoices.list(
          {
            customer: customerId,
            created: { gte: Math.floor(since.getTime() / 1000) - SKEW_SECONDS },
            limit: PAGE_SIZE,
            ...(after === undefined ? {} : { starting_after: after }),
          },
          options,
        ),
      ),
      'customer',
    )
    const found = page?.data.find((invoice) => invoice.metadata?.['order_id'] === orderId)
    if (found !== undefined) return found.id
    after = page?.data.at(-1)?.id
    if (page === null || !page.has_more || after === undefined) return null
  }
}

/** How far before the order Stripe's clock may say that its invoice was made. */
const SKEW_SECONDS = 600

import type Stripe from 'stripe'
import type { PaidInvoicePage, PaymentReads } from '@/lib/core/ports/payment-provider'
import { callStripe } from './call-stripe'
import type { Limiter } from './limiter'
import { parsePaidInvoice } from './parse/paid-invoice'

const PAGE_SIZE = 100

/** One page of what everybody has paid. What paid each is asked for with it, so that a page costs one call. */
export async function listPaidInvoices(
  client: Stripe,
  limiter: Limiter,
  { since, until, after }: Parameters<PaymentReads['paidInvoices']>[0],
): Promise<PaidInvoicePage> {
  const page = await callStripe(limiter, { endpoint: 'GET /v1/invoices', priority: 'read' }, (options) =>
    client.invoices.list(
      {
        status: 'paid',
        created: { gte: Math.floor(since.getTime() / 1000), lt: Math.ceil(until.getTime() / 1000) },
        limit: PAGE_SIZE,
        expand: ['data.payments'],
        ...(after === null ? {} : { starting_after: after }),
      },
      options,
    ),
  )
  const invoices = page.data.map((item) => parsePaidInvoice(item))
  return { invoices, lastId: page.data.at(-1)?.id ?? null, hasMore: page.has_more }
}

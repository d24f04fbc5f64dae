import type Stripe from 'stripe'
import type { PaymentReads } from '@/lib/core/ports/payment-provider'
import { callStripe } from './call-stripe'
import type { Limiter } from './limiter'
import { orNull } from './or-null'
import { parseListedInvoice } from './parse/listed-invoice'

const EMPTY = { invoices: [], lastId: null, hasMore: false }

/** One page of a customer's invoices, drafts left out: so there may be fewer than asked for, though there are more. */
export async function listInvoices(
  client: Stripe,
  limiter: Limiter,
  { customerId, after, limit }: Parameters<PaymentReads['invoices']>[0],
): ReturnType<PaymentReads['invoices']> {
  const page = await orNull(
    callStripe(limiter, { endpoint: 'GET /v1/invoices', priority: 'read' }, (options) =>
      client.invoices.list(
        { customer: customerId, limit, ...(after === null ? {} : { starting_after: after }) },
        options,
      ),
    ),
    'customer',
  )
  if (page === null) return EMPTY
  const invoices = page.data.flatMap((item) => parseListedInvoice(item) ?? [])
  return { invoices, lastId: page.data.at(-1)?.id ?? null, hasMore: page.has_more }
}

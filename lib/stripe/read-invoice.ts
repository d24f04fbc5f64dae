import type Stripe from 'stripe'
import type { InvoiceSnapshot } from '@/lib/core/ports/payment-provider'
import { callStripe } from './call-stripe'
import type { Limiter } from './limiter'
import { orNull } from './or-null'
import { INVOICE_EXPANSIONS, parseInvoice } from './parse/invoice'
import type { PriceBook } from './price-book'

type Parts = Readonly<{ client: Stripe; limiter: Limiter }>

const PAGE_SIZE = 100

/** An invoice with all of its lines: Stripe puts the first ten into it. Null where Stripe knows no such invoice. */
export async function readInvoice(
  { client, limiter }: Parts,
  prices: PriceBook,
  invoiceId: string,
): Promise<InvoiceSnapshot | null> {
  const found = await orNull(
    callStripe(limiter, { endpoint: 'GET /v1/invoices/:id', priority: 'read' }, (options) =>
      client.invoices.retrieve(invoiceId, { expand: INVOICE_EXPANSIONS }, options),
    ),
  )
  if (found === null) return null
  if (found.parent?.subscription_details == null) return parseInvoice(found)
  const lines = found.lines.has_more
    ? { ...found.lines, data: await listLines({ client, limiter }, invoiceId) }
    : found.lines
  const { monthly, annual } = await prices.read()
  return parseInvoice(
    { ...found, lines },
    new Map([
      [monthly.id, 'monthly'],
      [annual.id, 'annual'],
    ]),
  )
}

async function listLines({ client, limiter }: Parts, invoiceId: string): Promise<Stripe.InvoiceLineItem[]> {
  const lines: Stripe.InvoiceLineItem[] = []
  for (;;) {
    const last = lines.at(-1)
    const after = last === undefined ? {} : { starting_after: last.id }
    const page = await callStripe(
      limiter,
      { endpoint: 'GET /v1/invoices/:id/lines', priority: 'read' },
      (options) => client.invoices.listLineItems(invoiceId, { limit: PAGE_SIZE, ...after }, options),
    )
    lines.push(...page.data)
    if (!page.has_more || page.data.length === 0) return lines
  }
}

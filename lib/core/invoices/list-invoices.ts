import { BillingError } from '@/lib/kit/errors'
import { requireScope } from '../actor'
import type { Context } from '../context'
import { readCustomers } from '../customers/read-customers'
import type { ListedInvoice } from '../ports/payment-provider'
import { readOwnInvoice } from './read-own-invoice'

export type InvoicePage = Readonly<{
  invoices: readonly ListedInvoice[]
  /** For the next page; null on the last. */
  nextCursor: string | null
}>

export const INVOICES_PER_PAGE = 25

/**
 * The account's invoices, newest first, as the provider has them now: it alone knows which are open, void or given up, and
 * their numbers, while our books know only what was paid. Invoices of a customer that was replaced come after the rest.
 * @throws BillingError `invalid_input` (a cursor that is no invoice of the account), `payment_provider_unavailable`
 */
export async function listInvoices(
  ctx: Context,
  { cursor }: Readonly<{ cursor: string | null }>,
): Promise<InvoicePage> {
  const accountId = requireScope(ctx.actor, 'billing:read')
  const customers = await readCustomers(ctx.db, accountId)
  const last = cursor === null ? null : await readOwnInvoice(ctx.payments, customers, cursor)
  if (cursor !== null && last === null) {
    throw new BillingError('invalid_input', 'The request is not valid', {
      fields: { formErrors: [], fieldErrors: { cursor: ['No invoice of this account'] } },
    })
  }
  const rest = last === null ? customers : customers.slice(customers.indexOf(last.customerId))
  return collect(ctx, rest, cursor)
}

/** From customer after customer, until a page is full. */
async function collect(
  ctx: Context,
  customers: readonly string[],
  cursor: string | null,
): Promise<InvoicePage> {
  const invoices: ListedInvoice[] = []
  let after = cursor
  let lastId = cursor
  for (const customerId of customers) {
    for (;;) {
      const limit = INVOICES_PER_PAGE - invoices.length
      if (limit === 0) return { invoices, nextCursor: lastId }
      const page = await ctx.payments.invoices({ customerId, after, limit })
      invoices.push(...page.invoices)
      lastId = page.lastId ?? lastId
      after = page.lastId
      if (!page.hasMore || page.lastId === null) break
    }
    after = null
  }
  return { invoices, nextCursor: null }
}

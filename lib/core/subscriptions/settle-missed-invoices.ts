import { callDatabase } from '@/lib/db/call'
import { requireSystem } from '../actor'
import type { Context } from '../context'
import type { SubscriptionSnapshot } from '../ports/subscription-provider'
import { settleReadInvoice } from './settle-subscription-invoice'

const PAGE_SIZE = 100

/**
 * Books the paid invoices of a customer's subscriptions that no event has told of: the provider lists its events for 30
 * days only, its invoices for ever. Newest first, page by page, until a page holds nothing new.
 * @throws BillingError `payment_provider_unavailable`, `database_unavailable`
 */
export async function settleMissedInvoices(
  ctx: Context,
  accountId: bigint,
  { customerId, interval }: SubscriptionSnapshot,
): Promise<void> {
  requireSystem(ctx.actor)
  let after: string | null = null
  for (;;) {
    const page: Awaited<ReturnType<typeof ctx.payments.invoices>> = await ctx.payments.invoices({
      customerId,
      after,
      limit: PAGE_SIZE,
    })
    const paid = page.invoices.filter(({ isForSubscription, state }) => isForSubscription && state === 'paid')
    const missed = await unknownOf(
      ctx,
      accountId,
      paid.map(({ id }) => id),
    )
    for (const invoiceId of missed) {
      const invoice = await ctx.payments.invoice(invoiceId)
      if (invoice === null || invoice.subscriptionId === null) continue
      const settlement = await settleReadInvoice(
        ctx,
        { ...invoice, subscriptionId: invoice.subscriptionId },
        interval,
      )
      if (settlement.kind === 'quarantined') {
        ctx.log.error({ invoiceId, reason: settlement.reason }, 'invoice left to staff')
      }
    }
    if (missed.length === 0 || !page.hasMore || page.lastId === null) return
    after = page.lastId
  }
}

async function unknownOf(
  ctx: Context,
  accountId: bigint,
  ids: readonly string[],
): Promise<readonly string[]> {
  const rows = await callDatabase(
    ctx.db,
    (sql) => sql<{ id: string }[]>`
      select given.id from unnest(${[...ids]}::text[]) as given (id)
       where not exists (select from subscription_invoice i where i.account_id = ${accountId} and i.id = given.id)`,
  )
  return rows.map((row) => row.id)
}

import { requireSystemOr } from '../actor'
import type { Context } from '../context'
import { applyReading, type Reading } from './apply-reading'
import { settleReadInvoice } from './settle-subscription-invoice'

/**
 * Converges on what the provider says of a subscription now: its state, what of it is paid, and so which numbers it
 * covers. Any number of times, in any order, with the same end.
 * @throws BillingError `payment_provider_unavailable`, `database_unavailable`
 */
export async function convergeSubscription(ctx: Context, subscriptionId: string): Promise<Reading> {
  requireSystemOr(ctx.actor, 'billing:write')
  const reading = await applyReading(ctx, subscriptionId)
  if (reading.kind !== 'applied' || reading.unsettledInvoiceId === null) return reading
  const invoice = await ctx.payments.invoice(reading.unsettledInvoiceId)
  if (invoice?.subscriptionId !== subscriptionId) return reading
  const settlement = await settleReadInvoice(
    ctx,
    { ...invoice, subscriptionId },
    reading.subscription.interval,
  )
  if (settlement.kind === 'quarantined') {
    ctx.log.error({ invoiceId: invoice.id, reason: settlement.reason }, 'invoice left to staff')
  }
  return reading
}

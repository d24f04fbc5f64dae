import { requireSystem } from '../actor'
import type { Context } from '../context'
import { settleInvoice } from '../top-ups/settle-top-up'
import { applyReturns, type Application } from './apply-returns'

/**
 * Converges the books on what the provider says of a payment (intent) now: that it was paid, and what has taken it back
 * since. Any number of times, in any order, with the same end. `eventIds` are the inbox rows that asked for it.
 * A payment that has no invoice, or that is none of ours, is quarantined; what takes it back is kept, should it be booked.
 * @throws BillingError `payment_provider_unavailable`, `database_unavailable`
 */
export async function convergePayment(
  ctx: Context,
  { paymentId, eventIds }: Readonly<{ paymentId: string; eventIds: readonly string[] }>,
): Promise<Application> {
  requireSystem(ctx.actor)
  const invoiceId = await ctx.payments.invoiceOfPayment(paymentId)
  if (invoiceId === null) return { kind: 'quarantined', reason: 'no_invoice' }
  const invoice = await ctx.payments.invoice(invoiceId)
  // Booked first: what is taken back is then applied to it, and otherwise waits.
  const settlement = await settleInvoice(ctx, invoiceId, invoice, [])
  const paid = invoice?.paidByCharge ?? null
  const applied = await applyReturns(ctx, { paymentId, invoiceId, paid, eventIds })
  if (applied.kind === 'parked' && settlement.kind === 'quarantined') return settlement
  return applied
}

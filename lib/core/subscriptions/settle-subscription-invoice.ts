import { z } from 'zod'
import { callDatabase } from '@/lib/db/call'
import { requireSystemOr } from '../actor'
import type { Context } from '../context'
import type { InvoiceSnapshot } from '../ports/payment-provider'
import type { Interval } from '../ports/subscription-provider'
import { decideSettlement, type SettlementDecision } from '../top-ups/decide-settlement'
import { applyReading } from './apply-reading'
import { decideCover } from './decide-cover'

export type InvoiceSettlement =
  /** In the books, by this call or by an earlier one; `postingId` null where nothing had to be paid. */
  | Readonly<{ kind: 'booked'; accountId: bigint; postingId: bigint | null; balance: null }>
  | Readonly<{ kind: 'not_paid' }>
  | Readonly<{ kind: 'closed' }>
  /** Staff must look at it: nothing is booked. */
  | Readonly<{ kind: 'quarantined'; reason: string }>

type Payable = InvoiceSnapshot & Readonly<{ subscriptionId: string }>

/**
 * Books a subscription's invoice, as just read, if it is paid: from Stripe to subscriptions, never into the wallet; and
 * lets it cover what it bills. Any number of times, in any order with other invoices, with the same end. `eventIds` are
 * the inbox rows that asked for it, done in the same call.
 * @throws BillingError `payment_provider_unavailable`, `database_unavailable`
 */
export async function settleSubscriptionInvoice(
  ctx: Context,
  invoice: Payable,
  eventIds: readonly string[],
): Promise<InvoiceSettlement> {
  requireSystemOr(ctx.actor, 'billing:write')
  const decision = decideSettlement(invoice, ctx.payments.livemode)
  // Unpaid or closed, the subscription may have changed all the same: past due, ended.
  const reading = await applyReading(ctx, invoice.subscriptionId)
  if (reading.kind === 'quarantined') return reading
  return settle(ctx, invoice, decision, { interval: reading.subscription.interval, eventIds })
}

/** The same for an invoice of a subscription that was read a moment ago. */
export async function settleReadInvoice(
  ctx: Context,
  invoice: Payable,
  interval: Interval,
): Promise<InvoiceSettlement> {
  requireSystemOr(ctx.actor, 'billing:write')
  const decision = decideSettlement(invoice, ctx.payments.livemode)
  return settle(ctx, invoice, decision, { interval, eventIds: [] })
}

const row = z.object({
  outcome: z.enum(['booked', 'quarantined']),
  reason: z.string().nullable(),
  account_id: z.bigint().nullable(),
  posting_id: z.bigint().nullable(),
})

async function settle(
  ctx: Context,
  invoice: Payable,
  decision: SettlementDecision,
  { interval, eventIds }: Readonly<{ interval: Interval; eventIds: readonly string[] }>,
): Promise<InvoiceSettlement> {
  if (decision.kind === 'quarantine') return { kind: 'quarantined', reason: decision.reason }
  if (decision.kind !== 'book') return decision
  const { customerId, paid, paidAt } = decision
  const cover = decideCover(invoice.subscriptionLines)
  const [answered] = await callDatabase(
    ctx.db,
    (sql) => sql`
      select outcome, reason, account_id, posting_id
        from settle_subscription_invoice(${invoice.id}, ${invoice.subscriptionId}, ${customerId},
          ${cover?.interval ?? interval}, ${cover?.quantity ?? 0}, ${cover?.start ?? paidAt}, ${cover?.end ?? paidAt},
          ${cover?.proration ?? true}, ${[...invoice.itemIds]}, ${paid.micros}, ${paidAt}, ${ctx.now()}, ${[...eventIds]})`,
  )
  const { outcome, reason, account_id: accountId, posting_id: postingId } = row.parse(answered)
  if (outcome === 'quarantined' || accountId === null)
    return { kind: 'quarantined', reason: reason ?? 'unknown' }
  return { kind: 'booked', accountId, postingId, balance: null }
}

import { callDatabase } from '@/lib/db/call'
import { invariant } from '@/lib/kit/assert'
import { usd, type Money } from '@/lib/kit/money'
import { requireSystem, requireSystemOr } from '../actor'
import type { Context } from '../context'
import type { InvoiceSnapshot } from '../ports/payment-provider'
import { undoClosedPayment } from '../refunds/undo-closed-payment'
import { settleSubscriptionInvoice } from '../subscriptions/settle-subscription-invoice'
import { decideSettlement, type SettlementDecision } from './decide-settlement'

export type Settlement =
  /**
   * It is in the books, by this call or by an earlier one; `postingId` null where nothing had to be paid. `balance` is that
   * of the wallet after the deposit, null for what entered no wallet.
   */
  | Readonly<{ kind: 'booked'; accountId: bigint; postingId: bigint | null; balance: Money | null }>
  | Readonly<{ kind: 'not_paid' }>
  | Readonly<{ kind: 'closed' }>
  /** Staff must look at it: nothing is booked. */
  | Readonly<{ kind: 'quarantined'; reason: string }>

/**
 * Converges our books on what the provider says of an invoice now: reads it again and, if a charge paid it and it
 * belongs to one of our orders, books the deposit; what paid a subscription is booked beside the wallet. Any number of times, in any order, with the same end.
 * `eventIds` are the inbox rows that asked for it: where a deposit is booked, they are done in the same call.
 * @throws BillingError `payment_provider_unavailable`, `database_unavailable`
 */
export async function settleTopUp(
  ctx: Context,
  input: Readonly<{ invoiceId: string; eventIds: readonly string[] }>,
): Promise<Settlement> {
  requireSystem(ctx.actor)
  return settleInvoice(ctx, input.invoiceId, await ctx.payments.invoice(input.invoiceId), input.eventIds)
}

/**
 * The second half of settling, for callers that have just read the invoice themselves; a person's, that of a Checkout
 * of their own. @throws BillingError `impersonating`, `forbidden`, `payment_provider_unavailable`, `database_unavailable`
 */
export async function settleInvoice(
  ctx: Context,
  invoiceId: string,
  invoice: InvoiceSnapshot | null,
  eventIds: readonly string[],
): Promise<Settlement> {
  requireSystemOr(ctx.actor, 'billing:write')
  if (invoice !== null && invoice.subscriptionId !== null) {
    return settleSubscriptionInvoice(ctx, { ...invoice, subscriptionId: invoice.subscriptionId }, eventIds)
  }
  const decision = decideSettlement(invoice, ctx.payments.livemode)
  if (decision.kind === 'quarantine') return { kind: 'quarantined', reason: decision.reason }
  if (decision.kind === 'closed' && (await undoClosedPayment(ctx, invoiceId))) {
    return { kind: 'quarantined', reason: 'closed_after_credit' }
  }
  if (decision.kind !== 'book') return decision
  invariant(invoice !== null && invoice.id === invoiceId, 'the provider answered for the invoice asked for')
  return book(ctx, invoice, decision, eventIds)
}

type BookedRow = {
  outcome: 'booked' | 'quarantined'
  reason: string | null
  account_id: bigint | null
  posting_id: bigint | null
  balance_micros: bigint | null
}

async function book(
  ctx: Context,
  invoice: InvoiceSnapshot,
  decision: Extract<SettlementDecision, { kind: 'book' }>,
  eventIds: readonly string[],
): Promise<Settlement> {
  const { customerId, paid, paidAt } = decision
  const [row] = await callDatabase(
    ctx.db,
    (sql) => sql<BookedRow[]>`
      select outcome, reason, account_id, posting_id, balance_micros
        from settle_top_up(${invoice.id}, ${customerId}, ${invoice.orderId}, ${invoice.currency},
          ${invoice.livemode}, ${paid.micros}, ${paidAt}, ${ctx.now()}, ${[...eventIds]})`,
  )
  invariant(row !== undefined, 'settling answers with one row')
  if (row.outcome === 'quarantined') return { kind: 'quarantined', reason: row.reason ?? 'unknown' }
  invariant(row.account_id !== null && row.posting_id !== null, 'a booked top-up names its posting')
  const balance = row.balance_micros === null ? null : usd(row.balance_micros)
  return { kind: 'booked', accountId: row.account_id, postingId: row.posting_id, balance }
}

import { callDatabase } from '@/lib/db/call'
import { BillingError } from '@/lib/kit/errors'
import { usd, type Money } from '@/lib/kit/money'
import { hasScope, requireScope } from '../actor'
import type { Context } from '../context'
import { ensureDefaultPaymentMethod } from '../payment-methods/ensure-default-payment-method'
import { closeOrder } from './close-order'
import { settleInvoice } from './settle-top-up'

const SESSION_ID = /^cs_\w{1,250}$/

/** Of an invoice that nobody will pay any more. */
const CLOSED: ReadonlySet<string> = new Set(['void', 'uncollectible'])

/** What became of a Checkout, for the page that the customer returns to. */
export type CheckoutResult = Readonly<{
  /** `processing`: paid or on its way, not booked yet. `review`: paid, but staff must look at it first. */
  state: 'open' | 'processing' | 'credited' | 'expired' | 'review'
  /** What is on the balance; of what is not booked yet, what was paid; null while nothing was. */
  paid: Money | null
}>

/**
 * Tells what became of one of the account's own Checkouts, and books it where the provider says that it is paid: the
 * same settlement that the webhook makes, so whichever comes first wins and the other changes nothing. Who may only
 * read is told without booking. Of a Checkout that is booked already the provider is not asked.
 * @throws BillingError `not_found` for a session that is none of the account's, `payment_provider_unavailable`,
 * `database_unavailable`; whatever the context's provider refuses with
 */
export async function settleCheckout(ctx: Context, sessionId: string): Promise<CheckoutResult> {
  const accountId = requireScope(ctx.actor, 'billing:read')
  // The provider is asked about the account's own sessions only, never about what a visitor typed.
  const order = SESSION_ID.test(sessionId) ? await orderOfSession(ctx, accountId, sessionId) : null
  if (order?.booked_micros != null) return { state: 'credited', paid: usd(order.booked_micros) }
  const session = order === null ? null : await ctx.payments.checkout(sessionId)
  if (order === null || session === null || session.customerId !== order.stripe_customer_id) {
    throw new BillingError('not_found', 'No such checkout.')
  }
  const mayWrite = hasScope(ctx.actor, 'billing:write')
  if (session.status === 'expired') {
    if (mayWrite) await closeOrder(ctx, session)
    return { state: 'expired', paid: null }
  }
  if (session.status === 'open') return { state: 'open', paid: null }
  if (session.invoiceId === null) return { state: 'processing', paid: null }

  const invoice = await ctx.payments.invoice(session.invoiceId)
  if (invoice !== null && CLOSED.has(invoice.status)) return { state: 'expired', paid: null }
  const paid = invoice?.paidByCharge ?? null
  if (!mayWrite) return { state: 'processing', paid }
  const settlement = await settleInvoice(ctx, session.invoiceId, invoice, [])
  if (settlement.kind === 'not_paid') return { state: 'processing', paid: null }
  if (settlement.kind !== 'booked') return { state: 'review', paid }
  await ensureDefaultPaymentMethod(ctx, order.stripe_customer_id)
  return { state: 'credited', paid: order.credit_micros === null ? paid : usd(order.credit_micros) }
}

/** `booked_micros` is what was credited, null while nothing was; `credit_micros` what will be, null for what is paid. */
type OrderRow = { stripe_customer_id: string; credit_micros: bigint | null; booked_micros: bigint | null }

/** The account's own order behind a session: the id in a URL is no authority. */
async function orderOfSession(ctx: Context, accountId: bigint, sessionId: string): Promise<OrderRow | null> {
  const [row] = await callDatabase(
    ctx.db,
    (sql) => sql<OrderRow[]>`
      select o.stripe_customer_id, o.credit_micros, posting.total_micros as booked_micros
        from credit_order o
        left join ledger.posting on posting.account_id = o.account_id and posting.reference = o.stripe_invoice_id
         and posting.code = 'deposit_card'
       where o.account_id = ${accountId} and o.stripe_session_id = ${sessionId}`,
  )
  return row ?? null
}

import { callDatabase } from '@/lib/db/call'
import { BillingError } from '@/lib/kit/errors'
import type { Money } from '@/lib/kit/money'
import { requireScope } from '../actor'
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
  /** What was paid; null while nothing was. */
  paid: Money | null
}>

/**
 * Tells what became of one of the account's own Checkouts, and books it where the provider says that it is paid: the
 * same settlement that the webhook makes, so whichever comes first wins and the other changes nothing. Who may only
 * read is told without booking.
 * @throws BillingError `not_found` for a session that is none of the account's, `payment_provider_unavailable`
 */
export async function settleCheckout(ctx: Context, sessionId: string): Promise<CheckoutResult> {
  const accountId = requireScope(ctx.actor, 'billing:read')
  // The provider is asked about the account's own sessions only, never about what a visitor typed.
  const order = SESSION_ID.test(sessionId) ? await orderOfSession(ctx, accountId, sessionId) : null
  const session = order === null ? null : await ctx.payments.checkout(sessionId)
  if (order === null || session === null || session.customerId !== order.stripe_customer_id) {
    throw new BillingError('not_found', 'No such checkout.')
  }
  const mayWrite = ctx.actor.kind !== 'system' && ctx.actor.scopes.includes('billing:write')
  if (session.status === 'expired') {
    if (mayWrite) await closeOrder(ctx, session)
    return { state: 'expired', paid: null }
  }
  if (session.status === 'open') return { state: 'open', paid: null }
  if (session.invoiceId === null) return { state: 'processing', paid: null }

  const invoice = await ctx.payments.invoice(session.invoiceId)
  if (invoice !== null && CLOSED.has(invoice.status)) return { state: 'expired', paid: null }
  const paid = invoice?.paidByCharge ?? null
  if (!mayWrite) return { state: order.state === 'paid' ? 'credited' : 'processing', paid }
  const settlement = await settleInvoice(ctx, session.invoiceId, invoice, [])
  if (settlement.kind === 'not_paid') return { state: 'processing', paid: null }
  if (settlement.kind !== 'booked') return { state: 'review', paid }
  await ensureDefaultPaymentMethod(ctx, order.stripe_customer_id)
  return { state: 'credited', paid }
}

type OrderRow = { stripe_customer_id: string; state: string }

/** The account's own order behind a session: the id in a URL is no authority. */
async function orderOfSession(ctx: Context, accountId: bigint, sessionId: string): Promise<OrderRow | null> {
  const [row] = await callDatabase(
    ctx.db,
    (sql) => sql<OrderRow[]>`
      select stripe_customer_id, state from credit_order
       where account_id = ${accountId} and stripe_session_id = ${sessionId}`,
  )
  return row ?? null
}

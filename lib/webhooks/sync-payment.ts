import type { Context } from '@/lib/core/context'
import { closeSubscriptionCheckout } from '@/lib/core/subscriptions/close-subscription-order'
import { convergeSubscription } from '@/lib/core/subscriptions/converge-subscription'
import { closeOrder } from '@/lib/core/top-ups/close-order'
import { settleTopUp, type Settlement } from '@/lib/core/top-ups/settle-top-up'
import { unreachable } from '@/lib/kit/assert'
import type { EventGroup, Outcome, Sync } from './handlers'
import { parseSubject } from './subject'

/** Events that say that an invoice is paid. If the provider denies it on being asked, we ask again later. */
const CLAIM_PAID: ReadonlySet<string> = new Set(['invoice.paid', 'payment_intent.succeeded'])

const DONE: Outcome = { state: 'done', marked: false }

/**
 * Every event about a payment, of a session, an invoice or an intent, comes down to one question: is the invoice paid?
 * The answer is read from the provider and booked.
 */
export const syncPayment: Sync = async (ctx, group) => {
  const subject = parseSubject(group.subject)
  switch (subject.kind) {
    case 'invoice':
      return settle(ctx, subject.id, group)
    case 'checkout':
      return syncCheckout(ctx, subject.id, group)
    case 'payment_intent':
      return syncIntent(ctx, subject.id, group)
    default:
      return { state: 'ignored', reason: 'no_payment', marked: false }
  }
}

async function settle(ctx: Context, invoiceId: string, group: EventGroup): Promise<Outcome> {
  const eventIds = group.events.map((event) => event.id)
  const settlement = await settleTopUp(ctx, { invoiceId, eventIds })
  if (settlement.kind === 'not_paid' && group.events.some((event) => CLAIM_PAID.has(event.type))) {
    throw new Error(`${invoiceId} is said to be paid, but the provider has it unpaid`)
  }
  return outcomeOf(settlement)
}

function outcomeOf(settlement: Settlement): Outcome {
  switch (settlement.kind) {
    case 'booked':
      return { state: 'done', marked: true }
    case 'quarantined':
      return { state: 'quarantined', reason: settlement.reason, marked: false }
    case 'not_paid':
    case 'closed':
      return DONE
    default:
      return unreachable(settlement)
  }
}

async function syncCheckout(ctx: Context, sessionId: string, group: EventGroup): Promise<Outcome> {
  const session = await ctx.payments.checkout(sessionId)
  if (session === null) return { state: 'quarantined', reason: 'session_unknown', marked: false }
  if (session.invoiceId !== null) return settle(ctx, session.invoiceId, group)
  if (session.status === 'expired') {
    await closeOrder(ctx, session)
    await closeSubscriptionCheckout(ctx, session.id)
  }
  if (session.subscriptionId !== null) {
    await convergeSubscription(ctx, session.subscriptionId)
    return DONE
  }
  if (session.status === 'complete' && session.paymentStatus === 'paid') {
    if (session.orderId === null) return { state: 'quarantined', reason: 'order_unknown', marked: false }
    throw new Error(`${sessionId} is paid, but has no invoice yet`)
  }
  return DONE
}

/** An intent without an invoice is no purchase of ours, or one whose invoice is yet to come with its own event. */
async function syncIntent(ctx: Context, intentId: string, group: EventGroup): Promise<Outcome> {
  const invoiceId = await ctx.payments.invoiceOfPayment(intentId)
  if (invoiceId === null) return { state: 'ignored', reason: 'no_invoice', marked: false }
  return settle(ctx, invoiceId, group)
}

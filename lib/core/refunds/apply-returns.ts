import { callDatabase } from '@/lib/db/call'
import { invariant } from '@/lib/kit/assert'
import type { Money } from '@/lib/kit/money'
import { requireStaffOrSystem } from '../actor'
import type { Context } from '../context'
import type { PaymentReturn } from '../ports/payment-provider'
import { decideEffect } from './decide-effect'

export type Application =
  /** The books are what the provider says; `nothing`: nothing has ever taken the payment back. */
  | Readonly<{ kind: 'applied'; accountId: bigint }>
  | Readonly<{ kind: 'nothing' }>
  /** It is stored, and will be applied by whoever books the payment. */
  | Readonly<{ kind: 'parked' }>
  /** Staff must look at it. */
  | Readonly<{ kind: 'quarantined'; reason: string }>

export type AppliedPayment = Readonly<{
  paymentId: string
  invoiceId: string
  /** What was paid in all: what a warning, which has no amount, stands for. Null: unknown yet. */
  paid: Money | null
  /** The inbox rows that asked for it: they end in the same call, unless it is parked. */
  eventIds: readonly string[]
}>

/**
 * Reads everything that takes a payment back from the provider and brings the books to it, in one call: refunds and lost
 * disputes claw back, open disputes and warnings freeze, and what no longer takes anything gives back.
 * @throws BillingError `forbidden`, `payment_provider_unavailable`, `database_unavailable`
 */
export async function applyReturns(ctx: Context, payment: AppliedPayment): Promise<Application> {
  requireStaffOrSystem(ctx.actor, 'staff:write')
  // Numbered before the provider is asked: of two readings the one that began later counts.
  const ticket = await takeTicket(ctx)
  const returns = amountsOf(await ctx.payments.returnsOfPayment(payment.paymentId), payment.paid)
  if (returns === null) return { kind: 'quarantined', reason: 'currency_differs' }
  const [row] = await callDatabase(
    ctx.db,
    (sql) => sql<{ outcome: string; reason: string | null; account_id: bigint | null }[]>`
      select outcome, reason, account_id
        from converge_payment(${ticket}, ${payment.invoiceId}, ${payment.paymentId},
          ${JSON.stringify(returns.map(asSaid))}::text::jsonb, ${ctx.now()}, ${[...payment.eventIds]})`,
  )
  invariant(row !== undefined, 'converging answers with one row')
  if (row.outcome === 'nothing' || row.outcome === 'parked') return { kind: row.outcome }
  if (row.outcome === 'quarantined') return { kind: 'quarantined', reason: row.reason ?? 'unknown' }
  invariant(row.account_id !== null, 'what is applied has its account')
  return { kind: 'applied', accountId: row.account_id }
}

type Amounted = PaymentReturn & Readonly<{ amount: Money }>

/** Null where one is in another currency. A warning of a payment whose amount is unknown waits for the next reading. */
function amountsOf(returns: readonly PaymentReturn[], paid: Money | null): readonly Amounted[] | null {
  if (returns.some((said) => said.currency !== 'USD')) return null
  return returns.flatMap((said) => {
    const amount = said.kind === 'warning' ? paid : said.amount
    return amount === null ? [] : [{ ...said, amount }]
  })
}

async function takeTicket(ctx: Context): Promise<bigint> {
  const [row] = await callDatabase(
    ctx.db,
    (sql) => sql<{ ticket: bigint }[]>`select nextval('payment_reading') as ticket`,
  )
  invariant(row !== undefined, 'a sequence has a next value')
  return row.ticket
}

function asSaid(said: Amounted) {
  return {
    id: said.id,
    kind: said.kind,
    state: said.state,
    effect: decideEffect(said),
    amountMicros: String(said.amount.micros),
    reason: said.reason,
    respondBy: said.respondBy,
    createdAt: said.createdAt,
    requestId: said.requestId,
  }
}

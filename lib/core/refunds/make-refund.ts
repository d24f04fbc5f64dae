import { callDatabase } from '@/lib/db/call'
import { BillingError } from '@/lib/kit/errors'
import type { Money } from '@/lib/kit/money'
import { requireStaffOrSystem } from '../actor'
import type { Context } from '../context'
import { applyReturns } from './apply-returns'
import { readRefundRequest, type RefundResult } from './read-refund-request'

export type RefundToMake = Readonly<{
  requestId: string
  invoiceId: string
  amount: Money
  /** When it was asked for. */
  createdAt: Date
}>

/** Stripe keeps a key for 24 hours: after so long what was not made by then is not asked for again. */
const ASKED_WITHIN_MS = 23 * 60 * 60_000

const RETRY_SECONDS = 20

/**
 * Has the provider make a refund that was begun, and books it: any number of times, by any number at once, with one refund
 * and one clawback. What is not known in the end is pending and is taken up by a job.
 * @throws BillingError `forbidden`, `database_unavailable`; never for what the provider says
 */
export async function makeRefund(ctx: Context, refund: RefundToMake): Promise<RefundResult> {
  requireStaffOrSystem(ctx.actor, 'staff:write')
  try {
    await chargeBack(ctx, refund)
  } catch (error) {
    const isOutage = error instanceof BillingError
    ctx.log[isOutage ? 'warn' : 'error'](
      { err: error, requestId: refund.requestId },
      'it is not known what became of a refund',
    )
    await callDatabase(
      ctx.db,
      (sql) => sql`select leave_refund(${refund.requestId}, make_interval(secs => ${RETRY_SECONDS}))`,
    )
  }
  return readRefundRequest(ctx.db, refund.requestId)
}

async function chargeBack(ctx: Context, { requestId, invoiceId, amount, createdAt }: RefundToMake) {
  const invoice = await ctx.payments.invoice(invoiceId)
  const paymentId = await namePayment(ctx, requestId, invoice?.paymentIds[0] ?? null)
  if (paymentId === null) return fail(ctx, requestId, 'payment_missing')
  const payment = { paymentId, invoiceId, paid: invoice?.paidByCharge ?? null, eventIds: [] }
  if (ctx.now().getTime() - createdAt.getTime() > ASKED_WITHIN_MS) {
    // What was made carries the request's id, by which reading it again has ended the request.
    await applyReturns(ctx, payment)
    return fail(ctx, requestId, 'too_late')
  }
  const outcome = await ctx.payments.createRefund({ requestId, paymentId, amount })
  if (outcome.kind === 'refused') return fail(ctx, requestId, outcome.code)
  await applyReturns(ctx, payment)
}

/** The payment that gives the money back, which is kept with the first try; null too once somebody else has ended it. */
async function namePayment(ctx: Context, requestId: string, found: string | null): Promise<string | null> {
  const [row] = await callDatabase(
    ctx.db,
    (sql) => sql<{ payment: string | null }[]>`select name_refund_payment(${requestId}, ${found}) as payment`,
  )
  return row?.payment ?? null
}

/** Leaves one alone that has its end. */
async function fail(ctx: Context, requestId: string, code: string): Promise<void> {
  await callDatabase(ctx.db, (sql) => sql`select fail_refund(${requestId}, ${code}, ${ctx.now()})`)
}

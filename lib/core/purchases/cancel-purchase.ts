import { z } from 'zod'
import { callDatabase } from '@/lib/db/call'
import { BillingError } from '@/lib/kit/errors'
import { requireSystemOr } from '../actor'
import type { Context } from '../context'
import { closeAndFail } from './apply-outcome'
import type { PurchaseResult } from './read-purchase'
import { FAILURES } from './refusal-of-purchase'
import type { TakenPurchase } from './take-purchase'

const row = z.object({ account_id: z.bigint(), stripe_invoice_id: z.string() })

/**
 * Closes a purchase that waits for the customer, so that its link buys nothing any more; where it was paid meanwhile it
 * is booked instead. `reason` is one of `FAILURES`.
 * @throws BillingError `not_found`, `payment_provider_unavailable`, `database_unavailable`
 */
export async function cancelPurchase(
  ctx: Context,
  purchaseId: string,
  reason: string,
): Promise<PurchaseResult> {
  const accountId = requireSystemOr(ctx.actor, 'billing:write')
  const [found] = await callDatabase(
    ctx.db,
    (sql) => sql`
      select account_id, stripe_invoice_id from purchase
       where id = ${purchaseId} and account_id = coalesce(${accountId}, account_id) and stripe_invoice_id is not null`,
  )
  if (found === undefined) throw new BillingError('not_found', 'No such purchase.')
  const { account_id: owner, stripe_invoice_id: invoiceId } = row.parse(found)
  const failure = { code: reason, declineCode: null }
  return closeAndFail(ctx, { purchaseId, accountId: owner }, invoiceId, failure)
}

/**
 * Ends a purchase that was asked for so long ago that its keys at the provider may have been forgotten: nothing is asked
 * for anew, its invoice is looked for, and booked or closed. @throws BillingError `payment_provider_unavailable`
 */
export async function closeStalePurchase(
  ctx: Context,
  { purchaseId, accountId, customerId, createdAt }: TakenPurchase,
): Promise<PurchaseResult> {
  requireSystemOr(ctx.actor, 'billing:write')
  const invoiceId = await ctx.payments.invoiceOfOrder({ customerId, orderId: purchaseId, since: createdAt })
  const failure = { code: FAILURES.tooLate, declineCode: null }
  return closeAndFail(ctx, { purchaseId, accountId }, invoiceId, failure)
}

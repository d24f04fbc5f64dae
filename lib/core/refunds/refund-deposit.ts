import { z } from 'zod'
import { callDatabase } from '@/lib/db/call'
import { BillingError } from '@/lib/kit/errors'
import { newId } from '@/lib/kit/ids'
import { requireStaff } from '../actor'
import { refuseAdjustment } from '../adjustments/adjustment-answer'
import type { Context } from '../context'
import { sha256OfRequest } from '../top-ups/request-hash'
import { makeRefund } from './make-refund'
import type { DepositRefund } from './preview-refund'
import { readRefundRequest, type RefundResult } from './read-refund-request'

/** Nobody else takes a refund up that somebody is at: longer than the provider's calls take together. */
const LEASE_SECONDS = 60

const row = z.object({
  status: z.enum([
    'begun',
    'replayed',
    'mismatch',
    'unknown_deposit',
    'disputed',
    'too_much',
    'not_staff',
    'own_account',
  ]),
  request_id: z.string().nullable(),
})

/**
 * Refunds a card deposit in full or part through the provider, and takes the credit back that it granted: begin, charge,
 * settle. With the same key, once. Never more than is left, and nothing while the payment is disputed.
 * @throws BillingError `forbidden` (no staff, or a member of the account), `not_found`, `conflict` (disputed), `invalid_input` (amount), `idempotency_key_reused`,
 * `database_unavailable`; what the provider says is in the answer
 */
export async function refundDeposit(
  ctx: Context,
  {
    accountId,
    depositReference,
    amount,
    reason,
    idempotencyKey,
  }: DepositRefund & Readonly<{ reason: string; idempotencyKey: string }>,
): Promise<RefundResult> {
  const staffUserId = requireStaff(ctx.actor, 'staff:write')
  if (amount.micros <= 0n || amount.micros % 10_000n !== 0n)
    throw amountRefused('A refund is in whole cents.')
  const now = ctx.now()
  const [found] = await callDatabase(
    ctx.db,
    (sql) => sql`
      select status, request_id
        from begin_refund(${accountId}, ${newId('rfd')}, ${depositReference}, ${amount.micros}, ${reason}, ${staffUserId},
          ${idempotencyKey}, ${sha256OfRequest('refund', [depositReference, String(amount.micros), reason])},
          make_interval(secs => ${LEASE_SECONDS}), ${now})`,
  )
  const { status, request_id: requestId } = row.parse(found)
  if (requestId === null) throw refusalOf(status)
  if (status === 'mismatch') throw refusalOf(status)
  if (status === 'replayed') return readRefundRequest(ctx.db, requestId)
  return makeRefund(ctx, { requestId, invoiceId: depositReference, amount, createdAt: now })
}

function refusalOf(status: z.infer<typeof row>['status']): BillingError {
  switch (status) {
    case 'not_staff':
    case 'own_account':
      return refuseAdjustment(status)
    case 'disputed':
      return new BillingError('conflict', 'The payment is disputed: the bank decides about it.')
    case 'too_much':
      return amountRefused('That is more than is left to refund.')
    case 'mismatch':
      return new BillingError('idempotency_key_reused', 'This form was sent with other values before.')
    default:
      return new BillingError('not_found', 'No such card payment.')
  }
}

function amountRefused(message: string): BillingError {
  return new BillingError('invalid_input', message, {
    fields: { formErrors: [], fieldErrors: { amount: [message] } },
  })
}

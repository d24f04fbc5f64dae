import { z } from 'zod'
import { callDatabase } from '@/lib/db/call'
import { usd, type Money } from '@/lib/kit/money'
import { requireStaff } from '../actor'
import type { Context } from '../context'
import { readPayments, type CardPayment } from './read-payments'

/** A refund that staff asked for. `pending`: the provider was asked and nobody knows yet what came of it. */
export type RequestedRefund = Readonly<{
  id: string
  amount: Money
  reason: string
  requestedBy: string
  state: 'pending' | 'succeeded' | 'failed'
  failureCode: string | null
  createdAt: Date
}>

export type StaffPayment = CardPayment &
  Readonly<{
    /** What may still be refunded; null while the payment is disputed, or once the bank has taken it back. */
    refundable: Money | null
    requests: readonly RequestedRefund[]
  }>

const request = z
  .object({
    id: z.string(),
    amount_micros: z.bigint().transform(usd),
    reason: z.string(),
    requested_by: z.string(),
    state: z.enum(['charging', 'unknown', 'succeeded', 'failed']),
    failure_code: z.string().nullable(),
    created_at: z.date(),
  })
  .transform((found): RequestedRefund => ({
    id: found.id,
    amount: found.amount_micros,
    reason: found.reason,
    requestedBy: found.requested_by,
    state: found.state === 'charging' || found.state === 'unknown' ? 'pending' : found.state,
    failureCode: found.failure_code,
    createdAt: found.created_at,
  }))

const refundable = z.object({ status: z.string(), left_micros: z.bigint().transform(usd) })

/**
 * A card payment of an account with all that happened to it, for staff; null where the account has no such payment.
 * @throws BillingError `forbidden`, `database_unavailable`
 */
export async function getPayment(
  ctx: Context,
  { accountId, invoiceId }: Readonly<{ accountId: bigint; invoiceId: string }>,
): Promise<StaffPayment | null> {
  requireStaff(ctx.actor, 'staff:read')
  const [payments, requests, left] = await Promise.all([
    readPayments(ctx.db, accountId, { invoiceId, countMax: 1 }),
    callDatabase(
      ctx.db,
      (sql) => sql`
        select q.id, q.amount_micros, q.reason, coalesce(person.email, q.requested_by) as requested_by, q.state,
            q.failure_code, q.created_at
          from refund_request q left join "user" person on 'staff:' || person.id = q.requested_by
         where q.account_id = ${accountId} and q.stripe_invoice_id = ${invoiceId} order by q.created_at desc, q.id`,
    ),
    callDatabase(
      ctx.db,
      (sql) => sql`select status, left_micros from refundable(${accountId}, ${invoiceId})`,
    ),
  ])
  const [payment] = payments
  if (payment === undefined) return null
  const { status, left_micros: rest } = refundable.parse(left[0])
  return {
    ...payment,
    refundable: status === 'refundable' ? rest : null,
    requests: requests.map((found) => request.parse(found)),
  }
}

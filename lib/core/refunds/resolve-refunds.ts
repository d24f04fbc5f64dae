import { z } from 'zod'
import { callDatabase } from '@/lib/db/call'
import { usd } from '@/lib/kit/money'
import { requireSystem } from '../actor'
import type { Context } from '../context'
import { makeRefund } from './make-refund'

const LEASE_SECONDS = 60

const taken = z.object({
  invoice_id: z.string(),
  amount_micros: z.bigint().transform(usd),
  created_at: z.date(),
})

/** Refunds that nobody is at and that have no end yet, the longest due first. */
export async function listUnsettledRefunds(ctx: Context, countMax: number): Promise<readonly string[]> {
  requireSystem(ctx.actor)
  const rows = await callDatabase(
    ctx.db,
    (sql) => sql<{ id: string }[]>`
      select id from refund_request
       where state in ('charging', 'unknown') and due_at <= clock_timestamp() order by due_at limit ${countMax}`,
  )
  return rows.map(({ id }) => id)
}

/**
 * Brings a refund to its end under the key of its first try, or by looking up what came of that.
 * @throws BillingError `database_unavailable`
 */
export async function resolveRefund(ctx: Context, requestId: string): Promise<void> {
  requireSystem(ctx.actor)
  const [row] = await callDatabase(
    ctx.db,
    (sql) => sql`
      select invoice_id, amount_micros, created_at
        from take_refund(${requestId}, make_interval(secs => ${LEASE_SECONDS}))`,
  )
  if (row === undefined) return
  const { invoice_id: invoiceId, amount_micros: amount, created_at: createdAt } = taken.parse(row)
  const { state } = await makeRefund(ctx, { requestId, invoiceId, amount, createdAt })
  ctx.log.info({ refundRequestId: requestId, state }, 'refund taken up again')
}

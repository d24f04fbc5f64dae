import { z } from 'zod'
import { callDatabase } from '@/lib/db/call'
import type { Database } from '@/lib/db/client'
import { usd, type Money } from '@/lib/kit/money'

/** What became of a refund that staff asked for. `pending`: the provider was asked and nobody knows yet. */
export type RefundResult = Readonly<{ requestId: string; amount: Money }> &
  (
    | Readonly<{ state: 'succeeded'; refundId: string }>
    | Readonly<{ state: 'failed'; failureCode: string }>
    | Readonly<{ state: 'pending' }>
  )

const row = z
  .object({
    id: z.string(),
    amount_micros: z.bigint().transform(usd),
    state: z.enum(['charging', 'unknown', 'succeeded', 'failed']),
    stripe_refund_id: z.string().nullable(),
    failure_code: z.string().nullable(),
  })
  .transform((found): RefundResult => {
    const request = { requestId: found.id, amount: found.amount_micros }
    if (found.state === 'succeeded') {
      return { ...request, state: found.state, refundId: found.stripe_refund_id ?? '' }
    }
    if (found.state === 'failed') {
      return { ...request, state: found.state, failureCode: found.failure_code ?? 'unknown' }
    }
    return { ...request, state: 'pending' }
  })

/** A request by its id, which must exist. */
export async function readRefundRequest(db: Database, requestId: string): Promise<RefundResult> {
  const [found] = await callDatabase(
    db,
    (sql) => sql`
      select id, amount_micros, state, stripe_refund_id, failure_code from refund_request where id = ${requestId}`,
  )
  return row.parse(found)
}

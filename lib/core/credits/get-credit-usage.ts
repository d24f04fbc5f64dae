import { z } from 'zod'
import { callDatabase } from '@/lib/db/call'
import type { Instant } from '@/lib/kit/clock'
import { usd, type Money } from '@/lib/kit/money'
import { requireScope } from '../actor'
import type { Context } from '../context'

const rows = z.tuple([z.object({ micros: z.bigint().transform(usd) })])

/**
 * What the wallet paid for usage and rent in a span of time, both ends included; `from` null: since the first of this
 * month (UTC), `to` null: until now. @throws BillingError `database_unavailable`
 */
export async function getCreditUsage(
  ctx: Context,
  { from, to }: Readonly<{ from: Instant | null; to: Instant | null }>,
): Promise<Money> {
  const accountId = requireScope(ctx.actor, 'billing:read')
  const [row] = rows.parse([
    ...(await callDatabase(
      ctx.db,
      (sql) => sql`
        select read_credit_usage(${accountId}, coalesce(${from}::timestamptz, month_of(${ctx.now()})),
          coalesce(${to}::timestamptz, ${ctx.now()}), ${ctx.now()}) as micros`,
    )),
  ])
  return row.micros
}

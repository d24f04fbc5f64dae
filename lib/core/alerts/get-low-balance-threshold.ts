import { z } from 'zod'
import { callDatabase } from '@/lib/db/call'
import { usd, type Money } from '@/lib/kit/money'
import { requireScope } from '../actor'
import type { Context } from '../context'

const rows = z.array(z.object({ threshold_micros: z.bigint() })).max(1)

/** The balance below which the account wants to be told; null: it does not. */
export async function getLowBalanceThreshold(ctx: Context): Promise<Money | null> {
  const accountId = requireScope(ctx.actor, 'billing:read')
  const [found] = rows.parse([
    ...(await callDatabase(
      ctx.db,
      (sql) => sql`select threshold_micros from low_balance_alert where account_id = ${accountId}`,
    )),
  ])
  return found === undefined ? null : usd(found.threshold_micros)
}

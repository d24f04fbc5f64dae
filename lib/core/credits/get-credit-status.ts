import { z } from 'zod'
import { callDatabase } from '@/lib/db/call'
import type { Instant } from '@/lib/kit/clock'
import { usd, ZERO, type Money } from '@/lib/kit/money'
import { requireScope } from '../actor'
import type { Context } from '../context'

/** An account as APIs show it that count a monthly allowance. */
export type CreditStatus = Readonly<{
  /** What is left of the allowance, and what was bought. */
  balance: Money
  /** What the plan gives for this month; zero without a plan. */
  limit: Money
  /** What was consumed this month, of whatever was paid with. */
  used: Money
  /** Null without a plan. */
  renewsAt: Instant | null
}>

const micros = z
  .bigint()
  .nullable()
  .transform((value) => (value === null ? ZERO : usd(value)))

const rows = z.tuple([
  z
    .object({
      balance_micros: micros,
      limit_micros: micros,
      used_micros: micros,
      renews_at: z.date().nullable(),
    })
    .transform((row) => ({
      balance: row.balance_micros,
      limit: row.limit_micros,
      used: row.used_micros,
      renewsAt: row.renews_at,
    })),
])

/** In one round trip, with or without a plan. @throws BillingError `database_unavailable` */
export async function getCreditStatus(ctx: Context): Promise<CreditStatus> {
  const accountId = requireScope(ctx.actor, 'billing:read')
  const [status] = rows.parse([
    ...(await callDatabase(
      ctx.db,
      (sql) => sql`
        select balance_micros, limit_micros, used_micros, renews_at
          from read_credit_status(${accountId}, ${ctx.now()})`,
    )),
  ])
  return status
}

import { z } from 'zod'
import { callDatabase } from '@/lib/db/call'
import type { Instant } from '@/lib/kit/clock'
import { usd, type Money } from '@/lib/kit/money'
import { requireScope } from '../actor'
import type { Context } from '../context'

/** What an account may spend this month before it spends what it paid for. */
export type Allowance = Readonly<{
  planName: string
  /** What the plan gives for this month. */
  limit: Money
  /** What was consumed since it was given, top-ups included: may be more than the limit. */
  used: Money
  /** What is left of it to be spent: zero for the moments of a new month before it is granted. */
  remaining: Money
  /** The wallet's balance: what is left of the allowance, top-ups, and overdraft. */
  balance: Money
  /** The first of the next month, 00:00 UTC: what is left then is gone. */
  renewsAt: Instant
}>

const micros = z.bigint().transform(usd)
const rows = z.array(
  z
    .object({
      plan_name: z.string(),
      limit_micros: micros,
      used_micros: micros,
      remaining_micros: micros,
      balance_micros: micros,
      renews_at: z.date(),
    })
    .transform((row) => ({
      planName: row.plan_name,
      limit: row.limit_micros,
      used: row.used_micros,
      remaining: row.remaining_micros,
      balance: row.balance_micros,
      renewsAt: row.renews_at,
    })),
)

/** The account's monthly allowance, in one round trip; null for an account without a plan. */
export async function getAllowance(ctx: Context): Promise<Allowance | null> {
  const accountId = requireScope(ctx.actor, 'billing:read')
  const found = await callDatabase(
    ctx.db,
    (sql) => sql`
      select plan_name, limit_micros, used_micros, remaining_micros, balance_micros, renews_at
        from read_allowance(${accountId}, ${ctx.now()})`,
  )
  return rows.parse([...found])[0] ?? null
}

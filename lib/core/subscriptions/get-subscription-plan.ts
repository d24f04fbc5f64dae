import { z } from 'zod'
import { callDatabase } from '@/lib/db/call'
import type { Instant } from '@/lib/kit/clock'
import { requireScope } from '../actor'
import type { Context } from '../context'
import type { Interval } from '../ports/subscription-provider'

/** The account's subscription as our own database knows it. */
export type SubscriptionPlan = Readonly<{
  interval: Interval
  periodStart: Instant
  periodEnd: Instant
  /** Units paid for in this period; 0 until the first invoice is paid. */
  units: number
  /** Numbers that they cover. */
  covered: number
  /** Units that the next renewal bills. */
  renewedUnits: number
  cancelAtPeriodEnd: boolean
  /** Whether the last renewal was not paid yet. */
  isPastDue: boolean
}>

const row = z.object({
  interval: z.enum(['monthly', 'annual']),
  period_start: z.date(),
  period_end: z.date(),
  units: z.int(),
  covered: z.int(),
  quantity: z.int(),
  cancel_at_period_end: z.boolean(),
  status: z.string(),
})

/** What the account is subscribed to; null without a subscription. Asks only our own database. */
export async function getSubscriptionPlan(ctx: Context): Promise<SubscriptionPlan | null> {
  const accountId = requireScope(ctx.actor, 'billing:read')
  const [found] = await callDatabase(
    ctx.db,
    (sql) => sql`
      select interval, period_start, period_end, units, covered_numbers(account_id) as covered, quantity,
             cancel_at_period_end, status
        from subscription s where account_id = ${accountId} and is_subscribed(s, ${ctx.now()})`,
  )
  if (found === undefined) return null
  const read = row.parse(found)
  return {
    interval: read.interval,
    periodStart: read.period_start,
    periodEnd: read.period_end,
    units: read.units,
    covered: read.covered,
    renewedUnits: read.quantity,
    cancelAtPeriodEnd: read.cancel_at_period_end,
    isPastDue: read.status === 'past_due',
  }
}

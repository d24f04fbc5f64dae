import { callDatabase } from '@/lib/db/call'
import type { Instant } from '@/lib/kit/clock'
import { requireScope } from '../actor'
import type { Context } from '../context'

export type Matched = Readonly<{
  /** Business time: how far all payments are compared with the provider; null before the first comparison. */
  until: Instant | null
  /** Payments of this account that are not as the provider has them. */
  differences: number
}>

/** How far the account's payments are compared with the provider. @throws BillingError `forbidden`, `database_unavailable` */
export async function getMatched(ctx: Context): Promise<Matched> {
  const accountId = requireScope(ctx.actor, 'billing:read')
  const [row] = await callDatabase(
    ctx.db,
    (sql) => sql<{ matched_until: Date | null; differences: number }[]>`
      select matched_until, differences from read_matched(${accountId})`,
  )
  return { until: row?.matched_until ?? null, differences: row?.differences ?? 0 }
}

import { z } from 'zod'
import { callDatabase } from '@/lib/db/call'
import type { Database } from '@/lib/db/client'
import type { Instant } from '@/lib/kit/clock'

/** What our own rows know of an account's current subscription. */
export type KnownSubscription = Readonly<{
  subscriptionId: string
  /** The end of the period that the provider last told of. */
  periodEnd: Instant
  /** Units paid for, and the numbers among the account's that they cover. */
  units: number
  covered: number
  /** What the provider would bill at the next renewal, when it was last read. */
  quantity: number
  cancelAtPeriodEnd: boolean
  /** That we scheduled its end, since the last number was released. */
  endsWithoutNumbers: boolean
}>

const row = z.object({
  stripe_subscription_id: z.string(),
  period_end: z.date(),
  units: z.int(),
  covered: z.int(),
  quantity: z.int(),
  cancel_at_period_end: z.boolean(),
  ends_without_numbers: z.boolean(),
})

/** The account's subscription at the business time `now`; null where it has none that counts as active. */
export async function readSubscription(
  db: Database,
  accountId: bigint,
  now: Instant,
): Promise<KnownSubscription | null> {
  const [found] = await callDatabase(
    db,
    (sql) => sql`
      select stripe_subscription_id, period_end, units, covered_numbers(account_id) as covered, quantity,
             cancel_at_period_end, ends_without_numbers
        from subscription s where account_id = ${accountId} and is_subscribed(s, ${now})`,
  )
  if (found === undefined) return null
  const read = row.parse(found)
  return {
    subscriptionId: read.stripe_subscription_id,
    periodEnd: read.period_end,
    units: read.units,
    covered: read.covered,
    quantity: read.quantity,
    cancelAtPeriodEnd: read.cancel_at_period_end,
    endsWithoutNumbers: read.ends_without_numbers,
  }
}

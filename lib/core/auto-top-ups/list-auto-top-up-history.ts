import { z } from 'zod'
import { callDatabase } from '@/lib/db/call'
import type { Instant } from '@/lib/kit/clock'
import { usd, type Money } from '@/lib/kit/money'
import { requireScope } from '../actor'
import type { Context } from '../context'

/** A charge that was made by itself or to try it out, or one that was due and left out. */
export type AutoTopUpEvent = Readonly<{
  id: string
  amount: Money
  trigger: 'threshold' | 'scheduled' | 'test'
  state: 'pending' | 'requires_action' | 'succeeded' | 'failed'
  /** Null where it was left out before one was chosen, and the default would have been. */
  paymentMethodId: string | null
  /** What that looked like; null where it is not known, or is no card. */
  card: Readonly<{ brand: string; last4: string }> | null
  /** Null unless it succeeded. */
  balanceBefore: Money | null
  balanceAfter: Money | null
  /** For programs: the bank's word, or ours. Null unless it failed. */
  failureReason: string | null
  createdAt: Instant
}>

const micros = z.string().transform((text) => usd(BigInt(text)))
const row = z.object({
  total: z.bigint(),
  events: z.array(
    z.object({
      id: z.string(),
      amountMicros: micros,
      trigger: z.enum(['threshold', 'scheduled', 'test']),
      state: z.enum(['pending', 'requires_action', 'succeeded', 'failed']),
      paymentMethodId: z.string().nullable(),
      brand: z.string().nullable(),
      last4: z.string().nullable(),
      balanceBeforeMicros: micros.nullable(),
      balanceAfterMicros: micros.nullable(),
      failureReason: z.string().nullable(),
      createdAt: z.coerce.date(),
    }),
  ),
})

/**
 * Newest first, a page at a time; `total` counts all of them. A page beyond the last is empty.
 * @throws BillingError `database_unavailable`
 */
export async function listAutoTopUpHistory(
  ctx: Context,
  { page, perPage }: Readonly<{ page: number; perPage: number }>,
): Promise<Readonly<{ events: readonly AutoTopUpEvent[]; total: number }>> {
  const accountId = requireScope(ctx.actor, 'billing:read')
  const [found] = await callDatabase(
    ctx.db,
    (sql) =>
      sql`select total, events from list_auto_top_ups(${accountId}, ${perPage}, ${(page - 1) * perPage})`,
  )
  const { total, events } = row.parse(found)
  return { total: Number(total), events: events.map(presentEvent) }
}

function presentEvent({
  amountMicros,
  brand,
  last4,
  balanceBeforeMicros,
  balanceAfterMicros,
  ...event
}: z.infer<typeof row>['events'][number]): AutoTopUpEvent {
  return {
    ...event,
    amount: amountMicros,
    card: brand === null || last4 === null ? null : { brand, last4 },
    balanceBefore: balanceBeforeMicros,
    balanceAfter: balanceAfterMicros,
  }
}

import { z } from 'zod'
import { callDatabase } from '@/lib/db/call'
import { requireSystemOr } from '../actor'
import type { Context } from '../context'
import type { SubscriptionSnapshot } from '../ports/subscription-provider'

export type Reading =
  | Readonly<{
      kind: 'applied'
      accountId: bigint
      subscription: SubscriptionSnapshot
      /** The latest invoice, where it is not known yet what was paid of it. */
      unsettledInvoiceId: string | null
    }>
  /** Staff must look at it: nothing has changed. */
  | Readonly<{ kind: 'quarantined'; reason: string }>

const row = z.object({
  outcome: z.enum(['converged', 'quarantined']),
  reason: z.string().nullable(),
  account_id: z.bigint().nullable(),
  unsettled_invoice: z.string().nullable(),
})

/**
 * Reads a subscription from the provider and stores what it says, with the modes of numbers that follow. Readings are
 * numbered before the provider is asked, so that one which comes in late undoes nothing.
 * @throws BillingError `payment_provider_unavailable`, `database_unavailable`
 */
export async function applyReading(ctx: Context, subscriptionId: string): Promise<Reading> {
  requireSystemOr(ctx.actor, 'billing:write')
  const [ticket] = await callDatabase(
    ctx.db,
    (sql) => sql<{ number: bigint }[]>`select nextval('subscription_reading') as number`,
  )
  const found = await ctx.payments.subscriptions.retrieve(subscriptionId)
  if (found === null) return { kind: 'quarantined', reason: 'subscription_unknown' }
  if (found.livemode !== ctx.payments.livemode) return { kind: 'quarantined', reason: 'livemode_differs' }
  const applied = await apply(ctx, ticket?.number ?? 0n, found)
  if (applied.outcome === 'quarantined' || applied.account_id === null) {
    return { kind: 'quarantined', reason: applied.reason ?? 'unknown' }
  }
  return {
    kind: 'applied',
    accountId: applied.account_id,
    subscription: found,
    unsettledInvoiceId: applied.unsettled_invoice,
  }
}

async function apply(ctx: Context, ticket: bigint, found: SubscriptionSnapshot) {
  const [answered] = await callDatabase(
    ctx.db,
    (sql) => sql`
      select outcome, reason, account_id, unsettled_invoice
        from converge_subscription(${ticket}, ${found.id}, ${found.customerId}, ${found.orderId}, ${found.status},
          ${found.interval}, ${found.quantity}, ${found.periodStart}, ${found.periodEnd}, ${found.cancelAtPeriodEnd},
          ${found.endedAt}, ${found.latestInvoiceId}, ${ctx.now()})`,
  )
  return row.parse(answered)
}

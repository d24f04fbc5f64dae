import { callDatabase } from '@/lib/db/call'
import { requireSystem } from '../actor'
import type { Context } from '../context'
import { convergeSubscription } from './converge-subscription'
import { followNumbers } from './follow-numbers'
import { settleMissedInvoices } from './settle-missed-invoices'

/** Of a deed whose end nobody heard of: after this long it is not waited for any more. */
const DEED_HOURS_MAX = 1
/** Quotes are good for a day. */
const QUOTE_DAYS_KEPT = 2

export type DueSubscription = Readonly<{ accountId: bigint; subscriptionId: string }>

/** Living subscriptions that are due to be read again, the longest due first. Business time. */
export async function listDueSubscriptions(
  ctx: Context,
  countMax: number,
): Promise<readonly DueSubscription[]> {
  requireSystem(ctx.actor)
  const rows = await callDatabase(
    ctx.db,
    (sql) => sql<{ account_id: bigint; id: string }[]>`
      select account_id, stripe_subscription_id as id from subscription
       where ended_at is null and recheck_at <= ${ctx.now()} order by recheck_at limit ${countMax}`,
  )
  return rows.map((row) => ({ accountId: row.account_id, subscriptionId: row.id }))
}

/**
 * Asks the provider what became of a subscription, without waiting for an event, and does what follows from it. Deeds
 * whose end was never heard of are given up after the reading, which would have shown it. It is renewed with the
 * account's default method, whichever it was started with: that is what being the default means.
 * @throws BillingError `payment_provider_unavailable`, `in_flight`, `database_unavailable`
 */
export async function recheckSubscription(
  ctx: Context,
  { accountId, subscriptionId }: DueSubscription,
): Promise<Readonly<{ needsStaff: string | null }>> {
  requireSystem(ctx.actor)
  const reading = await convergeSubscription(ctx, subscriptionId)
  if (reading.kind === 'quarantined') {
    await postponeSubscription(ctx, { accountId, subscriptionId })
    return { needsStaff: reading.reason }
  }
  await settleMissedInvoices(ctx, accountId, reading.subscription)
  if (reading.subscription.endedAt === null) await ctx.payments.alignRenewals(reading.subscription.customerId)
  await callDatabase(
    ctx.db,
    (sql) => sql`
      select give_up_deeds(${accountId}, ${ctx.now()}::timestamptz - make_interval(hours => ${DEED_HOURS_MAX}))`,
  )
  await followNumbers(ctx, accountId)
  await callDatabase(
    ctx.db,
    (sql) => sql`
      update subscription set recheck_at = next_recheck(status, period_end, ${ctx.now()}) where account_id = ${accountId}`,
  )
  return { needsStaff: null }
}

/** Puts off a subscription that could not be asked about, so that those behind it get their turn. */
export async function postponeSubscription(ctx: Context, { accountId }: DueSubscription): Promise<void> {
  requireSystem(ctx.actor)
  await callDatabase(
    ctx.db,
    (sql) => sql`
      update subscription set recheck_at = ${ctx.now()}::timestamptz + interval '15 minutes'
       where account_id = ${accountId}`,
  )
}

/** Removes quotes that nobody can use any more. */
export async function forgetQuotes(ctx: Context): Promise<void> {
  requireSystem(ctx.actor)
  await callDatabase(
    ctx.db,
    (sql) => sql`
      delete from subscription_quote
       where proration_date < extract(epoch from ${ctx.now()}::timestamptz - make_interval(days => ${QUOTE_DAYS_KEPT}))`,
  )
}

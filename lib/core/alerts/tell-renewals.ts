import { z } from 'zod'
import { callDatabase } from '@/lib/db/call'
import { requireSystem } from '../actor'
import type { Context } from '../context'

/** How long before a renewal it is told. A year's price is worth a longer thought. */
const LEAD_DAYS = { monthly: 7, annual: 30 } as const

const answer = z.tuple([z.object({ mails: z.int() })])

/**
 * Tells of subscriptions that renew soon, once a renewal, with what it costs by the provider's prices of today: it is asked
 * only where there is somebody to tell. Those that are to end are no news. Answers how many mails it queued. For our own
 * job. @throws BillingError `payment_provider_unavailable`
 */
export async function tellRenewals(ctx: Context): Promise<number> {
  requireSystem(ctx.actor)
  const { monthly: monthlyDays, annual: annualDays } = LEAD_DAYS
  const due = await callDatabase(
    ctx.db,
    (sql) => sql`
      select from renewals_to_tell(make_interval(days => ${monthlyDays}), make_interval(days => ${annualDays}), ${ctx.now()})
       limit 1`,
  )
  if (due.length === 0) return 0
  const { monthly, annual } = await ctx.payments.numberPricing()
  const [{ mails }] = answer.parse([
    ...(await callDatabase(
      ctx.db,
      (sql) => sql`
        select tell_renewals(make_interval(days => ${monthlyDays}), make_interval(days => ${annualDays}),
          ${monthly.micros}, ${annual.micros}, ${ctx.now()}) as mails`,
    )),
  ])
  return mails
}

/** Tells of renewals that were not paid, once an invoice. Answers how many mails it queued. For our own job. */
export async function tellFailedRenewals(ctx: Context): Promise<number> {
  requireSystem(ctx.actor)
  const [{ mails }] = answer.parse([
    ...(await callDatabase(ctx.db, (sql) => sql`select tell_failed_renewals(${ctx.now()}) as mails`)),
  ])
  return mails
}

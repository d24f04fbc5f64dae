import { z } from 'zod'
import { requireStaff } from '@/lib/core/actor'
import type { Context } from '@/lib/core/context'
import { callDatabase } from '@/lib/db/call'
import type { Instant } from '@/lib/kit/clock'
import { usd, type Money } from '@/lib/kit/money'

/** What an account is warned of, and whom its mails do not reach because they asked for none. */
export type AlertState = Readonly<{
  /** Null: no alert is set. `toldAt` null: the balance is above it, as far as anybody has looked. */
  lowBalance: Readonly<{ threshold: Money; toldAt: Instant | null }> | null
  muted: readonly Readonly<{ email: string; alerts: readonly string[] }>[]
}>

const rows = z.tuple([
  z.object({
    threshold: z.bigint().nullable(),
    told_at: z.date().nullable(),
    muted: z.array(z.object({ email: z.string(), alerts: z.array(z.string()) })),
  }),
])

/** @throws BillingError `forbidden`, `database_unavailable` */
export async function getAlertState(ctx: Context, accountId: bigint): Promise<AlertState> {
  requireStaff(ctx.actor, 'staff:read')
  const [{ threshold, told_at: toldAt, muted }] = rows.parse([
    ...(await callDatabase(
      ctx.db,
      (sql) => sql`
        select low.threshold_micros as threshold, low.told_at,
            (select coalesce(json_agg(json_build_object('email', u.email, 'alerts', p.muted) order by u.email), '[]')
              from alert_preference p join "user" u on u.id = p.user_id
              where p.account_id = ${accountId} and cardinality(p.muted) > 0) as muted
          from (select) as always left join low_balance_alert low on low.account_id = ${accountId}`,
    )),
  ])
  return { lowBalance: threshold === null ? null : { threshold: usd(threshold), toldAt }, muted }
}

import { z } from 'zod'
import { callDatabase } from '@/lib/db/call'
import type { Money } from '@/lib/kit/money'
import { requireScope } from '../actor'
import type { Context } from '../context'
import { ALERT_KINDS, type AlertKind } from './alert-kind'
import { getLowBalanceThreshold } from './get-low-balance-threshold'

export type AlertPreferences = Readonly<{
  /** Of the account, for all its members; null: nobody is told of a low balance. */
  lowBalanceThreshold: Money | null
  /** What the one who asks has switched off. Alerts go to owners and billing members alone. */
  muted: readonly AlertKind[]
}>

const rows = z.array(z.object({ muted: z.array(z.enum(ALERT_KINDS)) })).max(1)

/** What the account wants to be told of, and what of it the one who asks does not. */
export async function getAlertPreferences(ctx: Context): Promise<AlertPreferences> {
  const accountId = requireScope(ctx.actor, 'billing:read')
  const userId = ctx.actor.kind === 'user' || ctx.actor.kind === 'token' ? ctx.actor.userId : null
  const [lowBalanceThreshold, said] = await Promise.all([
    getLowBalanceThreshold(ctx),
    callDatabase(
      ctx.db,
      (sql) =>
        sql`select muted from alert_preference where account_id = ${accountId} and user_id = ${userId}`,
    ),
  ])
  return { lowBalanceThreshold, muted: rows.parse([...said])[0]?.muted ?? [] }
}

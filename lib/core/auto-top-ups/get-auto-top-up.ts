import { requireScope } from '../actor'
import type { Context } from '../context'
import type { AutoTopUp } from './auto-top-up'
import { readAutoTopUp } from './read-auto-top-up'

/** What is set for topping up by itself, and how it stands. @throws BillingError `database_unavailable` */
export async function getAutoTopUp(ctx: Context): Promise<AutoTopUp> {
  const accountId = requireScope(ctx.actor, 'billing:read')
  const stored = await readAutoTopUp(ctx.db, accountId, ctx.now())
  return { ...stored, dailyLimit: ctx.limits.autoTopUpPerDay }
}

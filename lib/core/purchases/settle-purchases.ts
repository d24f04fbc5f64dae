import { callDatabase } from '@/lib/db/call'
import { requireSystem } from '../actor'
import type { Context } from '../context'
import { chargePurchase } from './charge-purchase'
import { pendingPurchase } from './refusal-of-purchase'

/**
 * Brings an account's purchases to their ends before something is decided that they would change. What waits for the
 * customer is left waiting. @throws BillingError `payment_pending` while one still has no end, `database_unavailable`
 */
export async function settlePurchases(ctx: Context, accountId: bigint): Promise<void> {
  requireSystem(ctx.actor)
  const open = await callDatabase(
    ctx.db,
    (sql) => sql<{ id: string }[]>`
      select id from purchase where account_id = ${accountId} and state in ('created', 'charging', 'unknown')
       order by created_at, id`,
  )
  for (const { id } of open) {
    const { state } = await chargePurchase(ctx, id)
    if (state === 'charging' || state === 'unknown') throw pendingPurchase(id)
  }
}

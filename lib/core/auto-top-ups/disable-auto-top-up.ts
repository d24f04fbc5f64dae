import { requireScope } from '../actor'
import type { Context } from '../context'
import type { AutoTopUp } from './auto-top-up'
import { updateAutoTopUp } from './update-auto-top-up'

/**
 * Switches topping up by itself off, threshold and schedule; what is set stays, and a charge on its way may still end.
 * @throws BillingError `conflict`, `database_unavailable`
 */
export async function disableAutoTopUp(ctx: Context): Promise<AutoTopUp> {
  requireScope(ctx.actor, 'billing:write')
  return updateAutoTopUp(ctx, { enabled: false })
}

import { requireStaff } from '../actor'
import type { Context } from '../context'
import { readDebts, type PaymentDebt } from './read-debts'

/** What an account owes because payments were taken back, for staff. @throws BillingError `forbidden`, `database_unavailable` */
export async function listDebts(
  ctx: Context,
  { accountId }: Readonly<{ accountId: bigint }>,
): Promise<readonly PaymentDebt[]> {
  requireStaff(ctx.actor, 'staff:read')
  return readDebts(ctx.db, accountId)
}

import { requireScope, requireStaff } from '@/lib/core/actor'
import type { Context } from '@/lib/core/context'
import { readLooks, type Looks } from './read-looks'

/**
 * Who of the operator's staff looked into the account, when, why and at what, for those who are in it.
 * @throws BillingError `forbidden`, `database_unavailable`
 */
export async function listLooks(ctx: Context, before: bigint | null): Promise<Looks> {
  const accountId = requireScope(ctx.actor, 'members:read')
  return readLooks(ctx.db, accountId, before)
}

/** The same of any account, for staff. @throws BillingError `forbidden`, `database_unavailable` */
export async function listLooksInto(
  ctx: Context,
  { accountId, before }: Readonly<{ accountId: bigint; before: bigint | null }>,
): Promise<Looks> {
  requireStaff(ctx.actor, 'staff:read')
  return readLooks(ctx.db, accountId, before)
}

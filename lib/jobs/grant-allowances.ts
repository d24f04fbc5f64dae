import { grantDueAllowances } from '@/lib/core/allowance/grant-due-allowances'
import { newId } from '@/lib/kit/ids'
import { makeContext, type Container } from '@/lib/server/container'

/** A call's share: a fraction of the time that a statement is given. */
const BATCH = 500

/** Grants the month's allowances as soon as it has begun. */
export async function grantAllowances(container: Container): Promise<{ accounts: number }> {
  const ctx = await makeContext(container, { kind: 'system', name: 'grant-allowances' }, newId('req'))
  let accounts = 0
  for (;;) {
    const batch = await grantDueAllowances(ctx, BATCH)
    accounts += batch
    if (batch < BATCH) return { accounts }
  }
}

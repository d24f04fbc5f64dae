import { requireStaff } from '@/lib/core/actor'
import type { Context } from '@/lib/core/context'
import { callDatabase } from '@/lib/db/call'
import { consoleAccounts, type ConsoleAccount } from './find-console-account'

/**
 * An account that staff open in the console, or null. That this person opened it is in the audit log, once a day (UTC).
 * @throws BillingError `forbidden`, `database_unavailable`
 */
export async function openConsoleAccount(ctx: Context, accountId: bigint): Promise<ConsoleAccount | null> {
  const staffId = requireStaff(ctx.actor, 'staff:read')
  const [account] = consoleAccounts.parse([
    ...(await callDatabase(
      ctx.db,
      (sql) => sql`select * from open_console_account(${accountId}, ${staffId}, ${ctx.now()})`,
    )),
  ])
  return account ?? null
}

import { z } from 'zod'
import { requireStaff } from '@/lib/core/actor'
import type { Context } from '@/lib/core/context'
import { callDatabase } from '@/lib/db/call'

/** What every page about an account says of it. */
export type ConsoleAccount = Readonly<{ id: bigint; name: string; slug: string; createdAt: Date }>

const rows = z
  .array(
    z
      .object({ id: z.bigint(), name: z.string(), slug: z.string(), created_at: z.date() })
      .transform(({ created_at: createdAt, ...account }) => ({ ...account, createdAt })),
  )
  .max(1)

/**
 * An account that staff open in the console, or null. That this person opened it is in the audit log, once a day (UTC).
 * @throws BillingError `forbidden`, `database_unavailable`
 */
export async function openConsoleAccount(ctx: Context, accountId: bigint): Promise<ConsoleAccount | null> {
  const staffId = requireStaff(ctx.actor, 'staff:read')
  const [account] = rows.parse([
    ...(await callDatabase(
      ctx.db,
      (sql) => sql`select * from open_console_account(${accountId}, ${staffId}, ${ctx.now()})`,
    )),
  ])
  return account ?? null
}

import { z } from 'zod'
import { requireStaff } from '@/lib/core/actor'
import type { Context } from '@/lib/core/context'
import { callDatabase } from '@/lib/db/call'

/** What every page about an account says of it. */
export type ConsoleAccount = Readonly<{ id: bigint; name: string; slug: string; createdAt: Date }>

/** As a row or none. */
export const consoleAccounts = z
  .array(
    z
      .object({ id: z.bigint(), name: z.string(), slug: z.string(), created_at: z.date() })
      .transform(({ created_at: createdAt, ...account }) => ({ ...account, createdAt })),
  )
  .max(1)

/** An account as staff name it, or null; nothing is written down of it. @throws BillingError `forbidden`, `database_unavailable` */
export async function findConsoleAccount(ctx: Context, accountId: bigint): Promise<ConsoleAccount | null> {
  requireStaff(ctx.actor, 'staff:read')
  const [account] = consoleAccounts.parse([
    ...(await callDatabase(
      ctx.db,
      (sql) => sql`select id, name, slug, created_at from account where id = ${accountId}`,
    )),
  ])
  return account ?? null
}

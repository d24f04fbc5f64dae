import { z } from 'zod'
import { requireStaff } from '@/lib/core/actor'
import type { Context } from '@/lib/core/context'
import { callDatabase } from '@/lib/db/call'
import type { ConsoleAccount } from './find-console-account'

const PAGE = 50

export type ConsoleAccountPage = Readonly<{
  accounts: readonly ConsoleAccount[]
  /** The id to read on before; null on the last page. */
  nextBefore: bigint | null
}>

const rows = z.array(
  z
    .object({ id: z.bigint(), name: z.string(), slug: z.string(), created_at: z.date() })
    .transform(({ created_at: createdAt, ...account }) => ({ ...account, createdAt })),
)

/**
 * The accounts opened before this one, newest first; `before` null for the newest of all. Along the primary key, so a page
 * costs the same however many there are. @throws BillingError `forbidden`, `database_unavailable`
 */
export async function listAccounts(ctx: Context, before: bigint | null): Promise<ConsoleAccountPage> {
  requireStaff(ctx.actor, 'staff:read')
  const found = rows.parse([
    ...(await callDatabase(
      ctx.db,
      (sql) => sql`
        select id, name, slug, created_at from account
          where id < coalesce(${before}::bigint, 9223372036854775807) order by id desc limit ${PAGE + 1}`,
    )),
  ])
  const accounts = found.slice(0, PAGE)
  return { accounts, nextBefore: found.length > PAGE ? (accounts.at(-1)?.id ?? null) : null }
}

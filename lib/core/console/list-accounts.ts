import { z } from 'zod'
import { requireStaff } from '@/lib/core/actor'
import type { Context } from '@/lib/core/context'
import { callDatabase } from '@/lib/db/call'
import { cutPage, type Paged } from './cut-page'
import type { ConsoleAccount } from './find-console-account'

const PAGE = 50

const rows = z.array(
  z
    .object({ id: z.bigint(), name: z.string(), slug: z.string(), created_at: z.date() })
    .transform(({ created_at: createdAt, ...account }) => ({ ...account, createdAt })),
)

/**
 * The accounts opened before this one, newest first; `before` null for the newest of all. Along the primary key, so a page
 * costs the same however many there are. @throws BillingError `forbidden`, `database_unavailable`
 */
export async function listAccounts(ctx: Context, before: bigint | null): Promise<Paged<ConsoleAccount>> {
  requireStaff(ctx.actor, 'staff:read')
  const found = rows.parse([
    ...(await callDatabase(
      ctx.db,
      (sql) => sql`
        select id, name, slug, created_at from account
          where id < coalesce(${before}::bigint, 9223372036854775807) order by id desc limit ${PAGE + 1}`,
    )),
  ])
  return cutPage(found, PAGE)
}

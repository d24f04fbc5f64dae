import { z } from 'zod'
import { requireScope } from '@/lib/core/actor'
import type { Context } from '@/lib/core/context'
import { callDatabase } from '@/lib/db/call'

const row = z.object({ name: z.string(), slug: z.string() })

/** The organisation that the actor acts for. @throws BillingError `forbidden`, `database_unavailable` */
export async function getOrganisation(ctx: Context): Promise<Readonly<{ name: string; slug: string }>> {
  const accountId = requireScope(ctx.actor, 'billing:read')
  const [found] = await callDatabase(
    ctx.db,
    (sql) => sql`select name, slug from account where id = ${accountId}`,
  )
  return row.parse(found)
}

import { z } from 'zod'
import { requirePerson, requireScope, type Role } from '@/lib/core/actor'
import type { Context } from '@/lib/core/context'
import { callDatabase } from '@/lib/db/call'

/** An organisation of the person who asks. `isCurrent`: the one they act for. */
export type Organisation = Readonly<{ name: string; slug: string; role: Role; isCurrent: boolean }>

const rows = z.array(
  z.object({
    account_id: z.bigint(),
    name: z.string(),
    slug: z.string(),
    role: z.enum(['owner', 'billing', 'viewer']),
  }),
)

/** All of which the person is a member, by name. @throws BillingError `impersonating`, `forbidden`, `database_unavailable` */
export async function listOrganisations(ctx: Context): Promise<readonly Organisation[]> {
  const accountId = requireScope(ctx.actor, 'self:read')
  const userId = requirePerson(ctx.actor)
  const found = await callDatabase(
    ctx.db,
    (sql) => sql`
      select member.account_id, account.name, account.slug, member.role
        from member join account on account.id = member.account_id
        where member.user_id = ${userId}
        order by lower(account.name), account.slug`,
  )
  return rows
    .parse([...found])
    .map(({ account_id: id, ...organisation }) => ({ ...organisation, isCurrent: id === accountId }))
}

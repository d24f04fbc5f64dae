import { z } from 'zod'
import { requireScope, type Role } from '@/lib/core/actor'
import type { Context } from '@/lib/core/context'
import { callDatabase } from '@/lib/db/call'

/** `name` is null where they gave none. `isSelf`: the person who asks. */
export type Member = Readonly<{
  userId: string
  email: string
  name: string | null
  role: Role
  joinedAt: Date
  isSelf: boolean
}>

const rows = z.array(
  z.object({
    user_id: z.uuid(),
    email: z.string(),
    name: z.string().nullable(),
    role: z.enum(['owner', 'billing', 'viewer']),
    joined_at: z.date(),
  }),
)

/** Everyone in the account, who is there longest first. @throws BillingError `forbidden`, `database_unavailable` */
export async function listMembers(ctx: Context): Promise<readonly Member[]> {
  const accountId = requireScope(ctx.actor, 'members:read')
  const selfId = 'userId' in ctx.actor ? ctx.actor.userId : null
  const found = await callDatabase(
    ctx.db,
    (sql) => sql`
      select person.id as user_id, person.email, person.name, member.role, member.created_at as joined_at
        from member join "user" as person on person.id = member.user_id
        where member.account_id = ${accountId}
        order by member.created_at, person.id`,
  )
  return rows.parse([...found]).map(({ user_id: userId, joined_at: joinedAt, ...member }) => ({
    ...member,
    userId,
    joinedAt,
    isSelf: userId === selfId,
  }))
}

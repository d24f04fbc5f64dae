import { z } from 'zod'
import { requireScope, type Role } from '@/lib/core/actor'
import type { Context } from '@/lib/core/context'
import { callDatabase } from '@/lib/db/call'

/** Someone who was asked and has not answered. The link works until `expiresAt`; afterwards they can be asked again. */
export type Invitation = Readonly<{
  id: string
  email: string
  role: Role
  createdAt: Date
  expiresAt: Date
  isExpired: boolean
}>

const rows = z.array(
  z.object({
    id: z.string(),
    email: z.string(),
    role: z.enum(['owner', 'billing', 'viewer']),
    created_at: z.date(),
    expires_at: z.date(),
  }),
)

/** The open invitations of the account, newest first. @throws BillingError `forbidden`, `database_unavailable` */
export async function listInvitations(ctx: Context): Promise<readonly Invitation[]> {
  const accountId = requireScope(ctx.actor, 'members:read')
  const found = await callDatabase(
    ctx.db,
    (sql) => sql`
      select id, email, role, created_at, expires_at from invitation
        where account_id = ${accountId} and accepted_at is null and revoked_at is null
        order by created_at desc, id desc`,
  )
  return rows.parse([...found]).map(({ created_at: createdAt, expires_at: expiresAt, ...invitation }) => ({
    ...invitation,
    createdAt,
    expiresAt,
    isExpired: expiresAt <= ctx.now(),
  }))
}

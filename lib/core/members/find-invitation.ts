import { z } from 'zod'
import { requireSystem, type Role } from '@/lib/core/actor'
import type { Context } from '@/lib/core/context'
import { callDatabase } from '@/lib/db/call'
import { hashInvitationToken } from './invitation-token'

/** What whoever has the link may know. `invitedBy` is a name, or an e-mail address where there is none. */
export type FoundInvitation = Readonly<{
  state: 'open' | 'accepted' | 'expired'
  email: string
  role: Role
  organisation: string
  invitedBy: string
}>

const rows = z
  .array(
    z.object({
      email: z.string(),
      role: z.enum(['owner', 'billing', 'viewer']),
      organisation: z.string(),
      invited_by: z.string(),
      expires_at: z.date(),
      accepted: z.boolean(),
    }),
  )
  .max(1)

/**
 * The invitation of a link; null where there is none or it was taken back. For the page that the link opens, which anybody
 * may see who has it. @throws BillingError `database_unavailable`
 */
export async function findInvitation(ctx: Context, token: string): Promise<FoundInvitation | null> {
  requireSystem(ctx.actor)
  const [found] = rows.parse([
    ...(await callDatabase(
      ctx.db,
      (sql) => sql`
        select invitation.email, invitation.role, account.name as organisation,
            coalesce(person.name, person.email) as invited_by, invitation.expires_at,
            invitation.accepted_at is not null as accepted
          from invitation join account on account.id = invitation.account_id
            join "user" as person on person.id = invitation.invited_by
          where invitation.token_hash = ${hashInvitationToken(token)} and invitation.revoked_at is null`,
    )),
  ])
  if (found === undefined) return null
  const { email, role, organisation, invited_by: invitedBy } = found
  return { state: stateOf(found, ctx), email, role, organisation, invitedBy }
}

function stateOf(
  { accepted, expires_at: expiresAt }: Readonly<{ accepted: boolean; expires_at: Date }>,
  ctx: Context,
): FoundInvitation['state'] {
  if (accepted) return 'accepted'
  return expiresAt <= ctx.now() ? 'expired' : 'open'
}

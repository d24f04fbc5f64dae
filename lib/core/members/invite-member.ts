import { z } from 'zod'
import { requirePerson, requireScope, type Role } from '@/lib/core/actor'
import type { Context } from '@/lib/core/context'
import { callDatabase } from '@/lib/db/call'
import { BillingError } from '@/lib/kit/errors'
import { newId } from '@/lib/kit/ids'
import { hashInvitationToken, newInvitationToken } from './invitation-token'

/** Of one account at a time, so that nobody sends mail to half the world from here. */
const OPEN_MAX = 50

type Invited = Readonly<{
  /** Normalised (`emailSchema`). */
  email: string
  role: Role
}>

const row = z.object({ status: z.enum(['invited', 'member', 'too_many']) })

/**
 * Mails someone a link with which they may join the account, once and within seven days, as who has this address. Inviting
 * them again replaces the link. Whether there is a person with the address already is told to nobody.
 * @throws BillingError `impersonating`, `forbidden`, `conflict` (a member already; too many open invitations),
 * `database_unavailable`
 */
export async function inviteMember(ctx: Context, { email, role }: Invited): Promise<void> {
  const accountId = requireScope(ctx.actor, 'members:write')
  const invitedBy = requirePerson(ctx.actor)
  const id = newId('inv')
  const token = newInvitationToken()
  const [answer] = await callDatabase(
    ctx.db,
    (sql) => sql`
      select invite_member(${accountId}, ${id}, ${email}, ${role}, ${hashInvitationToken(token)}, ${invitedBy},
          jsonb_build_object('accountName', account.name, 'invitedBy', coalesce(person.name, person.email), 'role',
            ${role}::text, 'token', ${token}::text), ${OPEN_MAX}, ${ctx.now()}) as status
        from account, "user" as person where account.id = ${accountId} and person.id = ${invitedBy}`,
  )
  const { status } = row.parse(answer)
  if (status === 'member') throw new BillingError('conflict', 'This person is a member already.')
  if (status === 'too_many') {
    throw new BillingError(
      'conflict',
      `At most ${String(OPEN_MAX)} invitations can be open. Take one back first.`,
    )
  }
}

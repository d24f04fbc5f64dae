import { z } from 'zod'
import { requirePerson, requireScope } from '@/lib/core/actor'
import type { Context } from '@/lib/core/context'
import { callDatabase } from '@/lib/db/call'
import { BillingError } from '@/lib/kit/errors'
import { hashInvitationToken } from './invitation-token'

const row = z.union([
  z.object({ status: z.literal('joined'), slug: z.string() }),
  z.object({ status: z.enum(['absent', 'expired', 'other_email']) }),
])

/**
 * The person joins the organisation of this link, whose slug is answered. A second time it changes nothing.
 * @throws BillingError `impersonating`, `not_found` (no such link, or taken back), `conflict` (seven days are over),
 * `forbidden` (it was sent to another address), `database_unavailable`
 */
export async function acceptInvitation(ctx: Context, token: string): Promise<Readonly<{ slug: string }>> {
  requireScope(ctx.actor, 'self:write')
  const userId = requirePerson(ctx.actor)
  const [found] = await callDatabase(
    ctx.db,
    (sql) => sql`
      select status, slug from accept_invitation(${hashInvitationToken(token)}, ${userId}, ${ctx.now()})`,
  )
  const answer = row.parse(found)
  switch (answer.status) {
    case 'joined':
      return { slug: answer.slug }
    case 'absent':
      throw new BillingError('not_found', 'This invitation is not valid any more.')
    case 'expired':
      throw new BillingError('conflict', 'This invitation has expired. Ask for a new one.')
    case 'other_email':
      throw new BillingError('forbidden', 'This invitation was sent to another e-mail address.')
  }
}

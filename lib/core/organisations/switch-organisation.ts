import { requirePerson, requireScope } from '@/lib/core/actor'
import type { Context } from '@/lib/core/context'
import { callDatabase } from '@/lib/db/call'
import { BillingError } from '@/lib/kit/errors'

type Switch = Readonly<{
  slug: string
  /** Of the browser's session token (`hashSessionToken`). */
  sessionHash: Buffer
}>

/**
 * From its next request on, the browser's session acts for another organisation of its person. Every request asks again
 * whether they are a member. @throws BillingError `impersonating`, `forbidden`, `not_found` for one that is not theirs as for
 * none, `database_unavailable`
 */
export async function switchOrganisation(ctx: Context, { slug, sessionHash }: Switch): Promise<void> {
  requireScope(ctx.actor, 'self:write')
  const userId = requirePerson(ctx.actor)
  const switched = await callDatabase(
    ctx.db,
    (sql) => sql`
      update session set account_id = account.id
        from account join member on member.account_id = account.id
        where session.session_token = ${sessionHash.toString('hex')} and session.user_id = ${userId}
          and account.slug = ${slug} and member.user_id = ${userId}
        returning account.id`,
  )
  if (switched.length === 0) throw new BillingError('not_found', 'There is no such organisation.')
}

import { z } from 'zod'
import { requireSystem } from '@/lib/core/actor'
import type { Context } from '@/lib/core/context'
import { callDatabase } from '@/lib/db/call'
import { BillingError } from '@/lib/kit/errors'
import { insertSessionToken, type SessionToken } from './insert-access-token'

const rows = z.array(z.object({ account_id: z.bigint() })).max(1)

/**
 * A token that stands for a sign-in, for someone whose password was checked just now: it may do all that they may, in
 * the account of which they have been a member longest, and ends by itself.
 * @throws BillingError `forbidden` for someone who is a member nowhere, `database_unavailable`
 */
export async function startTokenSession(
  ctx: Context,
  input: Readonly<{ userId: string; name: string; pepper: string }>,
): Promise<SessionToken> {
  requireSystem(ctx.actor)
  const [member] = rows.parse([
    ...(await callDatabase(
      ctx.db,
      (sql) => sql`select account_id from acting_membership(${input.userId}, null, null, true)`,
    )),
  ])
  if (member === undefined) throw new BillingError('forbidden', 'You are a member of no organisation.')
  const actor = `user:${input.userId}` as const
  return callDatabase(ctx.db, (sql) =>
    insertSessionToken(sql, { ...input, accountId: member.account_id, actor, now: ctx.now() }),
  )
}

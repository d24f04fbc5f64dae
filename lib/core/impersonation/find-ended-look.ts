import { z } from 'zod'
import { requireSystem } from '@/lib/core/actor'
import type { Context } from '@/lib/core/context'
import { callDatabase } from '@/lib/db/call'
import { LOOK_ENDS, type LookEnd } from './look-end'

export type EndedLook = Readonly<{ accountName: string; endedBy: LookEnd }>

const rows = z
  .array(
    z
      .object({
        name: z.string(),
        ended_by: z.enum(LOOK_ENDS),
      })
      .transform(({ name: accountName, ended_by: endedBy }) => ({ accountName, endedBy })),
  )
  .max(1)

/**
 * The look that a session stood for and that is over, so that the session shows nothing; null for every other session.
 * @throws BillingError `forbidden`, `database_unavailable`
 */
export async function findEndedLook(ctx: Context, sessionHash: Buffer): Promise<EndedLook | null> {
  requireSystem(ctx.actor)
  const found = await callDatabase(
    ctx.db,
    (sql) => sql`
      select account.name, look.ended_by
        from session
          join impersonation as look on look.id = session.impersonation_id
          join account on account.id = look.account_id
        where session.session_token = ${sessionHash.toString('hex')} and session.expires > clock_timestamp()
          and look.ended_by is not null`,
  )
  return rows.parse([...found])[0] ?? null
}

import { z } from 'zod'
import { requireSystem } from '@/lib/core/actor'
import type { Context } from '@/lib/core/context'
import { callDatabase } from '@/lib/db/call'

type Stop = Readonly<{
  /** Of the browser's session token as it is, and as it is to be from now on (`hashSessionToken`). */
  sessionHash: Buffer
  nextSessionHash: Buffer
}>

const row = z.object({ account_id: z.bigint().nullable(), expires: z.date().nullable() })

/** What the browser goes back to: the account that was looked into, or null, and the end of its session's lifetime. */
export type Stopped = Readonly<{ accountId: bigint | null; expires: Date }>

/**
 * Gives a session that stands for a look back to its person, whether the look lasts or is over. Whoever holds the session
 * may: it is theirs. @returns null where it stands for none. @throws BillingError `forbidden`, `database_unavailable`
 */
export async function stopImpersonation(
  ctx: Context,
  { sessionHash, nextSessionHash }: Stop,
): Promise<Stopped | null> {
  requireSystem(ctx.actor)
  const [answer] = await callDatabase(
    ctx.db,
    (sql) => sql`
      select account_id, expires from stop_impersonation(${sessionHash}, ${nextSessionHash}, ${ctx.now()})`,
  )
  const { account_id: accountId, expires } = row.parse(answer)
  return expires === null ? null : { accountId, expires }
}

import { z } from 'zod'
import { actorName, type Actor } from '@/lib/core/actor'
import { callDatabase } from '@/lib/db/call'
import type { Database } from '@/lib/db/client'
import type { Instant } from '@/lib/kit/clock'
import { lastOwner } from './member-answer'

type End = Readonly<{
  actor: Actor
  accountId: bigint
  userId: string
  kind: 'removed' | 'left'
  now: Instant
}>

const row = z.object({ status: z.enum(['ended', 'last_owner']) })

/** For who was allowed to. @throws BillingError `conflict` (the last owner), `database_unavailable` */
export async function endMembership(db: Database, end: End): Promise<void> {
  const { actor, accountId, userId, kind, now } = end
  const [answer] = await callDatabase(
    db,
    (sql) =>
      sql`select end_membership(${accountId}, ${userId}, ${kind}, ${actorName(actor)}, ${now}) as status`,
  )
  if (row.parse(answer).status === 'last_owner') throw lastOwner()
}

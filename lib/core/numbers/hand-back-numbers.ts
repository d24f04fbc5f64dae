import { z } from 'zod'
import { callDatabase } from '@/lib/db/call'
import { requireSystem } from '../actor'
import type { Context } from '../context'
import { handBack } from './hand-back'

/** Longer than any purchase can take: one of which nothing was heard for so long was cut off. */
const SILENCE_SECONDS = 10 * 60

const rows = z.array(z.object({ account_id: z.bigint(), id: z.string() }))

/**
 * Hands back to the carrier up to `numbersMax` numbers that are released or whose purchase was cut off before it was
 * recorded. Answers how many the carrier took, and how many it did not. For our own job.
 */
export async function handBackNumbers(
  ctx: Context,
  numbersMax: number,
): Promise<Readonly<{ handedBack: number; left: number }>> {
  requireSystem(ctx.actor)
  const open = await callDatabase(
    ctx.db,
    (sql) => sql`
      select account_id, id from take_open_claims(make_interval(secs => ${SILENCE_SECONDS}), ${numbersMax})`,
  )
  let handedBack = 0
  const claims = rows.parse([...open])
  for (const { account_id: accountId, id: numberId } of claims) {
    if (await handBack(ctx, { accountId, numberId })) handedBack++
  }
  return { handedBack, left: claims.length - handedBack }
}

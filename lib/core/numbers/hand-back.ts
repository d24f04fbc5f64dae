import type { Logger } from 'pino'
import { callDatabase } from '@/lib/db/call'
import type { Database } from '@/lib/db/client'
import type { NumberCarrier } from '../ports/number-carrier'

type Adapters = Readonly<{ db: Database; carrier: NumberCarrier; log: Logger }>

/** What the carrier knows a number of ours by. */
export type HeldClaim = Readonly<{ accountId: bigint; numberId: string }>

/**
 * Gives a number back to the carrier that is released, or that was never recorded. Never throws: what fails here is left to
 * the job that hands back what waits (`handBackNumbers`). False where it was left.
 */
export async function handBack(
  { db, carrier, log }: Adapters,
  { accountId, numberId }: HeldClaim,
): Promise<boolean> {
  try {
    await carrier.release(numberId)
    await callDatabase(db, (sql) => sql`select finish_freeing(${accountId}, ${numberId})`)
    return true
  } catch (error) {
    log.warn({ err: error, numberId }, 'a number could not be handed back yet')
    return false
  }
}

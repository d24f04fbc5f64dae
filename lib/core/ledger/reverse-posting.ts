import { callDatabase } from '@/lib/db/call'
import type { Database } from '@/lib/db/client'
import type { Instant } from '@/lib/kit/clock'
import { parsePostingOutcome, type PostingOutcome } from './posting-outcome'

export type Reversal = Readonly<{
  accountId: bigint
  reference: string
  /** The reference of the posting that is undone. */
  targetReference: string
  occurredAt: Instant
  now: Instant
}>

/**
 * Corrects a posting by a reversing one, once: `already_reversed` when another reference did it. Expiries and reversals
 * are `invalid` targets.
 */
export function reversePosting(db: Database, reversal: Reversal): Promise<PostingOutcome> {
  return callDatabase(db, async (sql) => {
    const [row] = await sql`
      select * from ledger.reverse(${reversal.accountId}, ${reversal.reference}, ${reversal.targetReference},
        ${reversal.occurredAt}, ${reversal.now})`
    return parsePostingOutcome(row)
  })
}

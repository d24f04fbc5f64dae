import { callDatabase } from '@/lib/db/call'
import type { Database } from '@/lib/db/client'
import type { Instant } from '@/lib/kit/clock'
import { parsePostingOutcome, type PostingOutcome } from './posting-outcome'

export type Reversal = Readonly<{
  accountId: bigint
  /** The reference of the posting that is undone. */
  targetReference: string
  occurredAt: Instant
  now: Instant
}>

/**
 * Corrects a posting by a reversing one, once, whoever asks: the second call replays the first. Expiries, reversals and
 * clawbacks of a reversed deposit are `invalid` targets.
 */
export function reversePosting(db: Database, reversal: Reversal): Promise<PostingOutcome> {
  return callDatabase(db, async (sql) => {
    const [row] = await sql`
      select * from ledger.reverse(${reversal.accountId}, ${reversal.targetReference},
        ${reversal.occurredAt}, ${reversal.now})`
    return parsePostingOutcome(row)
  })
}

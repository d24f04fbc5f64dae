import type { Database } from '@/lib/db/client'
import { invariant } from '@/lib/kit/assert'
import type { Instant } from '@/lib/kit/clock'
import type { PostingOutcome } from './posting-outcome'
import { spendBatch } from './spend-batch'
import type { CreditSpend } from './spend-credit'

/**
 * Many spends in one round trip and one commit: several times the rate of single ones. Answers in the order given; a
 * refused spend fails alone. Spends of one account happen in the order given.
 */
export async function spendCredits(
  db: Database,
  spends: readonly Omit<CreditSpend, 'now'>[],
  now: Instant,
): Promise<readonly PostingOutcome[]> {
  const answers = await spendBatch(
    db,
    spends.map((spend) => ({ ...spend, now })),
    { waits: true },
  )
  return answers.map((answer) => {
    invariant(answer.status !== 'busy', 'a call that waits is never answered busy')
    return answer
  })
}

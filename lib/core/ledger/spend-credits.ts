import type { Database } from '@/lib/db/client'
import { invariant } from '@/lib/kit/assert'
import type { Instant } from '@/lib/kit/clock'
import type { PostingOutcome } from './posting-outcome'
import { spendBatch } from './spend-batch'
import type { CreditSpend } from './spend-credit'

/**
 * Many spends in one call and one commit: several times the rate of single ones. Answers in the order given; a refused spend
 * fails alone. Spends of one account happen in the order given. Spends of accounts that someone else has locked follow in a
 * second call, so that batches which meet in some account do not stand still for each other in all of theirs; a caller
 * whose second call fails repeats the batch, of which the first part is then answered from its references.
 */
export async function spendCredits(
  db: Database,
  spends: readonly Omit<CreditSpend, 'now'>[],
  now: Instant,
): Promise<readonly PostingOutcome[]> {
  const all = spends.map((spend) => ({ ...spend, now }))
  const waits = all.every(({ accountId }) => accountId === all[0]?.accountId)
  const answers = await spendBatch(db, all, { waits })
  const busy = all.filter((_, i) => answers[i]?.status === 'busy')
  const later = [...(await spendBatch(db, busy, { waits: true }))]
  return answers.map((answer) => {
    const outcome = answer.status === 'busy' ? later.shift() : answer
    invariant(outcome !== undefined && outcome.status !== 'busy', 'a call that waits is never answered busy')
    return outcome
  })
}
